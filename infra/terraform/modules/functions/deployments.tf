# How a new version comes into use: a tenth of the calls for five minutes, then all, and back at once when an alarm rings.

resource "aws_codedeploy_app" "this" {
  name             = var.name
  compute_platform = "Lambda"
}

resource "aws_codedeploy_deployment_group" "function" {
  for_each = local.functions

  app_name               = aws_codedeploy_app.this.name
  deployment_group_name  = aws_lambda_function.this[each.key].function_name
  deployment_config_name = var.deployment_config
  service_role_arn       = aws_iam_role.deployments.arn

  deployment_style {
    deployment_type   = "BLUE_GREEN"
    deployment_option = "WITH_TRAFFIC_CONTROL"
  }

  auto_rollback_configuration {
    enabled = true
    events  = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"]
  }

  alarm_configuration {
    enabled = length(var.rollback_alarms) > 0
    alarms  = var.rollback_alarms
  }

  depends_on = [aws_iam_role_policy_attachment.deployments, aws_iam_role_policy.deployments]
}

resource "aws_iam_role" "deployments" {
  name                 = "${var.name}-deployments"
  description          = "Lets CodeDeploy move the aliases of ${var.name}."
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "codedeploy.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
}

# AWS's own policy for this, and what narrows it to our functions.
resource "aws_iam_role_policy_attachment" "deployments" {
  role       = aws_iam_role.deployments.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited"
}

resource "aws_iam_role_policy" "deployments" {
  name = "ours-only"
  role = aws_iam_role.deployments.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid         = "OursOnly"
      Effect      = "Deny"
      Action      = ["lambda:InvokeFunction", "lambda:UpdateAlias"]
      NotResource = flatten([for function in aws_lambda_function.this : [function.arn, "${function.arn}:*"]])
    }]
  })
}
