# Only when a VPC is asked for: the functions in its subnets, and ways to AWS's services that need no NAT. Nothing here makes
# a NAT; the workers reach Discord, Slack and the model APIs by whatever way out the VPC has.

locals {
  in_vpc    = var.vpc == null ? 0 : 1
  endpoints = try(var.vpc.make_endpoints, false)

  # Logs go to CloudWatch by Lambda itself and packages come from S3 by Lambda itself, so neither needs a way.
  interface_services = local.endpoints ? toset(concat(
    ["sqs", "secretsmanager"],
    length(var.bedrock_model_arns) == 0 ? [] : ["bedrock-runtime"],
  )) : toset([])
}

resource "aws_security_group" "functions" {
  count = local.in_vpc

  name        = "${var.name}-functions"
  description = "The functions of ${var.name}: they call out by HTTPS, and nothing calls them."
  vpc_id      = var.vpc.id
}

resource "aws_vpc_security_group_egress_rule" "https" {
  count = local.in_vpc

  security_group_id = aws_security_group.functions[0].id
  description       = "Discord, Slack, the model APIs and AWS"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_security_group" "endpoints" {
  count = local.endpoints ? 1 : 0

  name        = "${var.name}-endpoints"
  description = "The ways from the functions of ${var.name} to the services of AWS."
  vpc_id      = var.vpc.id
}

resource "aws_vpc_security_group_ingress_rule" "from_functions" {
  count = local.endpoints ? 1 : 0

  security_group_id            = aws_security_group.endpoints[0].id
  description                  = "HTTPS from the functions"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.functions[0].id
}

# Free of charge.
resource "aws_vpc_endpoint" "dynamodb" {
  count = local.endpoints ? 1 : 0

  vpc_id            = var.vpc.id
  service_name      = "com.amazonaws.${data.aws_region.current.region}.dynamodb"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = var.vpc.route_table_ids
}

# About $7.30 a month for each service and availability zone.
resource "aws_vpc_endpoint" "interface" {
  for_each = local.interface_services

  vpc_id              = var.vpc.id
  service_name        = "com.amazonaws.${data.aws_region.current.region}.${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = var.vpc.subnet_ids
  security_group_ids  = aws_security_group.endpoints[*].id
}

# What Lambda does to the VPC for a function, as AWS keeps it: network interfaces have no names to narrow it by.
resource "aws_iam_role_policy_attachment" "network" {
  for_each = var.vpc == null ? {} : local.functions

  role       = aws_iam_role.function[each.key].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AWSLambdaENIManagementAccess"
}

# Lambda does it, the function's own code may not: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
resource "aws_iam_role_policy" "network_from_code" {
  for_each = var.vpc == null ? {} : local.functions

  name = "no-network-from-code"
  role = aws_iam_role.function[each.key].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid    = "NotFromCode"
      Effect = "Deny"
      Action = [
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:DetachNetworkInterface",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
      ]
      Resource  = "*"
      Condition = { ArnEquals = { "lambda:SourceFunctionArn" = [local.own_arns[each.key]] } }
    }]
  })
}

locals {
  own_arns = {
    for name in keys(local.functions) : name =>
    "arn:${data.aws_partition.current.partition}:lambda:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:function:${var.name}-${name}"
  }
}
