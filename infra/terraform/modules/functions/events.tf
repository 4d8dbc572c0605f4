# What starts the workers: the two queues, and the clock.

resource "aws_lambda_event_source_mapping" "queue" {
  for_each = local.workers

  event_source_arn        = var.queue_arns[each.key]
  function_name           = aws_lambda_alias.live[each.key].arn
  batch_size              = 10
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = var.event_concurrency[each.key]
  }

  depends_on = [aws_iam_role_policy.function]
}

# A sweep that failed is repeated by the next one, a minute later; repeated by Lambda as well, two would run at once.
resource "aws_lambda_function_event_invoke_config" "sweeper" {
  function_name                = aws_lambda_function.this["sweeper"].function_name
  qualifier                    = aws_lambda_alias.live["sweeper"].name
  maximum_retry_attempts       = 0
  maximum_event_age_in_seconds = 60
}

resource "aws_scheduler_schedule_group" "this" {
  name = var.name
}

resource "aws_scheduler_schedule" "sweeper" {
  # checkov:skip=CKV_AWS_297: a schedule holds a rate and an ARN, nothing to hide
  name                = "${var.name}-sweeper"
  description         = "Takes up what time has done to duels: ended clocks, dead workers, boards that were missed."
  group_name          = aws_scheduler_schedule_group.this.name
  schedule_expression = "rate(1 minute)"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_alias.live["sweeper"].arn
    role_arn = aws_iam_role.schedule.arn

    retry_policy {
      maximum_retry_attempts       = 0
      maximum_event_age_in_seconds = 60
    }
  }

  depends_on = [aws_iam_role_policy.schedule]
}

resource "aws_iam_role" "schedule" {
  name                 = "${var.name}-schedule"
  description          = "Lets the scheduler call the sweeper of ${var.name}."
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "scheduler.amazonaws.com" }
      Condition = {
        StringEquals = {
          "aws:SourceAccount" = data.aws_caller_identity.current.account_id
          "aws:SourceArn"     = aws_scheduler_schedule_group.this.arn
        }
      }
    }]
  })
}

resource "aws_iam_role_policy" "schedule" {
  name = "does"
  role = aws_iam_role.schedule.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "CallSweeper"
      Effect   = "Allow"
      Action   = ["lambda:InvokeFunction"]
      Resource = [aws_lambda_alias.live["sweeper"].arn]
    }]
  })
}
