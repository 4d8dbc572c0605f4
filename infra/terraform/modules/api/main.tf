# The HTTP API. CORS is answered by the function "web", which is told the site's origin: told to the API itself, the API would
# need the distribution and the distribution the API.

locals {
  every_route = {
    "POST /discord"         = "discord"
    "POST /slack"           = "slack"
    "GET /api/{proxy+}"     = "web"
    "HEAD /api/{proxy+}"    = "web"
    "OPTIONS /api/{proxy+}" = "web"
    "GET /health"           = "web"
  }

  routes = { for route, function in local.every_route : route => function if contains(var.served, function) }
}

resource "aws_apigatewayv2_api" "this" {
  name          = var.name
  description   = "LLM Duel Arena: webhooks, and what its pages read."
  protocol_type = "HTTP"

  # With a name of its own, that is the only way in: CloudFront, Discord and Slack are told that name.
  disable_execute_api_endpoint = local.own_name
}

resource "aws_apigatewayv2_integration" "function" {
  for_each = toset(values(local.routes))

  api_id                 = aws_apigatewayv2_api.this.id
  integration_type       = "AWS_PROXY"
  integration_uri        = var.functions[each.key].invoke_arn
  payload_format_version = "2.0"
}

resource "aws_apigatewayv2_route" "this" {
  for_each = local.routes

  # checkov:skip=CKV_AWS_309: Discord and Slack sign each request, which the functions verify; what web shows is public or asks for its token
  api_id             = aws_apigatewayv2_api.this.id
  route_key          = each.key
  target             = "integrations/${aws_apigatewayv2_integration.function[each.value].id}"
  authorization_type = "NONE"
}

resource "aws_lambda_permission" "route" {
  for_each = local.routes

  statement_id  = "api-${trim(replace(lower(each.key), "/[^a-z]+/", "-"), "-")}"
  action        = "lambda:InvokeFunction"
  function_name = var.functions[each.value].function_name
  qualifier     = var.alias
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/*/${replace(each.key, " ", "")}"
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.this.id
  name        = "$default"
  auto_deploy = true

  default_route_settings {
    throttling_rate_limit  = var.throttling.rate
    throttling_burst_limit = var.throttling.burst
  }

  # No address, no user agent, no query: who watches, and with which token, is in no log.
  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    format = jsonencode({
      time               = "$context.requestTime"
      request            = "$context.requestId"
      route              = "$context.routeKey"
      status             = "$context.status"
      bytes              = "$context.responseLength"
      milliseconds       = "$context.responseLatency"
      function_ms        = "$context.integrationLatency"
      function_status    = "$context.integrationStatus"
      error              = "$context.error.message"
      integration_error  = "$context.integrationErrorMessage"
      protocol           = "$context.protocol"
      function_requested = "$context.integration.requestId"
    })
  }
}

resource "aws_cloudwatch_log_group" "access" {
  # checkov:skip=CKV_AWS_338: a year of logs is a year of bills
  # checkov:skip=CKV_AWS_158: AWS's own key encrypts them; kms_key_arn is the option
  name              = "/aws/apigateway/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
