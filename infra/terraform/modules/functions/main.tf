# The functions of infra/functions.py; a test holds handlers, memory, timeouts and variables against that file.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  workers_architecture = var.workers_architecture
  webhook_architecture = "arm64"

  # All of them, whatever platforms there are: without a route nobody can call a webhook, and it costs nothing.
  functions = {
    discord = {
      handler         = "lambda_interactions.discord.handler"
      memory_mb       = 256
      timeout_seconds = 5
      package         = "discord"
      architecture    = local.webhook_architecture
    }
    slack = {
      handler         = "lambda_interactions.slack.handler"
      memory_mb       = 256
      timeout_seconds = 5
      package         = "slack"
      architecture    = local.webhook_architecture
    }
    commands = {
      handler         = "lambda_interactions.worker.handler"
      memory_mb       = 512
      timeout_seconds = 60
      package         = "worker"
      architecture    = local.workers_architecture
    }
    turns = {
      handler         = "lambda_interactions.worker.handler"
      memory_mb       = 512
      timeout_seconds = 900
      package         = "worker"
      architecture    = local.workers_architecture
    }
    sweeper = {
      handler         = "lambda_interactions.sweeper.handler"
      memory_mb       = 512
      timeout_seconds = 55
      package         = "worker"
      architecture    = local.workers_architecture
    }
    web = {
      handler         = "lambda_interactions.web.handler"
      memory_mb       = 512
      timeout_seconds = 10
      package         = "worker"
      architecture    = local.webhook_architecture
    }
  }

  workers = toset(["commands", "turns"])
  alias   = "live"
}

resource "aws_lambda_function" "this" {
  for_each = local.functions

  # checkov:skip=CKV_AWS_50: lines in the log carry request, duel and ply, so that no tracing need be paid for and permitted
  # checkov:skip=CKV_AWS_115: reserved_concurrency is an option; a new account has 10 in all, of which none can be set aside
  # checkov:skip=CKV_AWS_116: SQS has dead letters for the workers, callers wait for the others, and a sweep is repeated
  # checkov:skip=CKV_AWS_117: vpc is an option; without one there is no NAT to pay for, and nothing here listens
  # checkov:skip=CKV_AWS_173: no variable is secret; the secrets are in Secrets Manager
  # checkov:skip=CKV_AWS_272: the zip is named by its SHA-256, and only the deploy role can write it
  function_name = "${var.name}-${each.key}"
  description   = "LLM Duel Arena: ${each.key}${var.secret_set == null ? "" : ", secret of ${var.secret_set}"}"
  role          = aws_iam_role.function[each.key].arn
  runtime       = "python3.13"
  handler       = each.value.handler
  architectures = [each.value.architecture]
  memory_size   = each.value.memory_mb
  timeout       = each.value.timeout_seconds

  s3_bucket = var.artifacts_bucket
  s3_key    = var.packages["${each.value.package}-${each.value.architecture}"]

  publish                        = true
  reserved_concurrent_executions = lookup(var.reserved_concurrency, each.key, -1)

  environment {
    variables = local.environment[each.key]
  }

  # The arena writes its own lines, as JSON.
  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.function[each.key].name
  }

  dynamic "vpc_config" {
    for_each = var.vpc == null ? [] : [var.vpc]

    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = aws_security_group.functions[*].id
    }
  }

  lifecycle {
    precondition {
      condition     = contains(keys(var.packages), "${each.value.package}-${each.value.architecture}")
      error_message = "packages has no ${each.value.package}-${each.value.architecture}, which ${var.name}-${each.key} runs: build it with `make packages` and upload it."
    }
  }

  depends_on = [aws_iam_role_policy.function, aws_iam_role_policy_attachment.network]
}

# What API, queues and schedule invoke. A deployment moves it from version to version, so Terraform sets it up and lets go.
resource "aws_lambda_alias" "live" {
  for_each = local.functions

  name             = local.alias
  description      = "The version that is in use; CodeDeploy moves it."
  function_name    = aws_lambda_function.this[each.key].function_name
  function_version = aws_lambda_function.this[each.key].version

  lifecycle {
    ignore_changes = [function_version, routing_config]
  }
}

# A duel comes back by its own queue far more often than the 16 times after which Lambda ends such a chain; the hop record of
# engine/queues/messages.py guards in its place.
resource "aws_lambda_function_recursion_config" "workers" {
  for_each = local.workers

  function_name  = aws_lambda_function.this[each.key].function_name
  recursive_loop = "Allow"
}

resource "aws_lambda_provisioned_concurrency_config" "this" {
  for_each = var.provisioned_concurrency

  function_name                     = aws_lambda_function.this[each.key].function_name
  qualifier                         = aws_lambda_alias.live[each.key].name
  provisioned_concurrent_executions = each.value
}

resource "aws_cloudwatch_log_group" "function" {
  for_each = local.functions

  # checkov:skip=CKV_AWS_338: a year of logs is a year of bills; what must last is in the table
  # checkov:skip=CKV_AWS_158: AWS's own key encrypts them; kms_key_arn is the option
  name              = "/aws/lambda/${var.name}-${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
