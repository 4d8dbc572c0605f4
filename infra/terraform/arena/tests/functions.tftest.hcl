# Functions as a plan makes them.

mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { region = "eu-central-1" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }
}

variables {
  name             = "arena-dev"
  discord          = { application_id = "1045317428034318336", public_key = "00" }
  sealing_key      = "00"
  web              = { community = "discord:1045317428034318336", site_origin = "https://arena.example", token_sha256 = "" }
  artifacts_bucket = "arena-artifacts"
  packages         = { discord-arm64 = "d", slack-arm64 = "s", worker-arm64 = "w", worker-x86_64 = "x" }
  queue_urls       = { commands = "https://sqs/commands", turns = "https://sqs/turns" }
  queue_arns       = { commands = "arn:aws:sqs:eu-central-1:111122223333:arena-dev-commands", turns = "arn:aws:sqs:eu-central-1:111122223333:arena-dev-turns" }
  table_name       = "arena-dev"
  table_arn        = "arn:aws:dynamodb:eu-central-1:111122223333:table/arena-dev"
  secret_arn       = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:arena-dev-AbCdEf"
}

run "as_most_have_it" {
  command = plan

  module {
    source = "../modules/functions"
  }

  assert {
    condition     = join(", ", sort(keys(aws_lambda_function.this))) == "commands, discord, slack, sweeper, turns, web"
    error_message = "There are six functions."
  }

  assert {
    condition     = alltrue([for function in aws_lambda_function.this : function.runtime == "python3.13" && function.publish && function.architectures == tolist(["arm64"])])
    error_message = "Every function runs Python 3.13 on arm64 and publishes its versions."
  }

  assert {
    condition     = length(aws_security_group.functions) + length(aws_vpc_endpoint.dynamodb) + length(aws_vpc_endpoint.interface) == 0
    error_message = "Without a VPC nothing of a VPC is made."
  }

  assert {
    condition     = length(aws_lambda_provisioned_concurrency_config.this) == 0 && alltrue([for function in aws_lambda_function.this : function.reserved_concurrent_executions == -1])
    error_message = "Nothing is reserved and nothing is kept warm."
  }

  assert {
    condition     = alltrue([for mapping in aws_lambda_event_source_mapping.queue : mapping.scaling_config[0].maximum_concurrency == 2 && mapping.batch_size == 10])
    error_message = "A queue has two invocations of ten messages."
  }

  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.function : group.retention_in_days == 7])
    error_message = "Logs are kept for seven days."
  }

  assert {
    condition     = !contains(keys(local.environment.discord), "ARENA_SECRETS_ARN") && !contains(keys(local.environment.web), "ARENA_SECRETS_ARN")
    error_message = "Discord's webhook and the pages know nothing of the secret."
  }

  assert {
    condition     = !contains(local.permissions.discord, "read_secret") && !contains(local.permissions.web, "read_secret") && !contains(local.permissions.web, "keep")
    error_message = "Discord's webhook and the pages may not read the secret, and pages write nothing."
  }

  assert {
    condition     = contains(local.unused, "ask_models")
    error_message = "Without models of Bedrock nobody may ask one."
  }
}

run "on_x86_64" {
  command = plan

  module {
    source = "../modules/functions"
  }

  variables {
    workers_architecture = "x86_64"
  }

  assert {
    condition     = aws_lambda_function.this["turns"].architectures == tolist(["x86_64"]) && aws_lambda_function.this["turns"].s3_key == "x"
    error_message = "Workers run where Swiss tournaments can be paired."
  }

  assert {
    condition     = aws_lambda_function.this["web"].architectures == tolist(["arm64"]) && aws_lambda_function.this["web"].s3_key == "w"
    error_message = "Webhooks and pages stay on arm64."
  }
}

run "in_a_vpc" {
  command = plan

  module {
    source = "../modules/functions"
  }

  variables {
    vpc = { id = "vpc-1", subnet_ids = ["subnet-1", "subnet-2"], route_table_ids = ["rtb-1"] }
  }

  assert {
    condition     = join(", ", sort(keys(aws_vpc_endpoint.interface))) == "secretsmanager, sqs" && length(aws_vpc_endpoint.dynamodb) == 1
    error_message = "A VPC has ways to DynamoDB, SQS and Secrets Manager."
  }
}

run "a_package_that_is_missing" {
  command = plan

  module {
    source = "../modules/functions"
  }

  variables {
    packages = { discord-arm64 = "d", slack-arm64 = "s" }
  }

  expect_failures = [aws_lambda_function.this]
}

run "with_a_secret_that_was_set_anew" {
  command = plan

  variables {
    secret_set = "2026-11-29"
  }

  module {
    source = "../modules/functions"
  }

  assert {
    condition     = alltrue([for name, function in aws_lambda_function.this : function.description == "LLM Duel Arena: ${name}, secret of 2026-11-29"])
    error_message = "A version is published only of a function that differs."
  }
}
