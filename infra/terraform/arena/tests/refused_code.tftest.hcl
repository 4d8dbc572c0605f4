# Bad input is found before anything is made: what runs, and how much of it.

mock_provider "aws" {
  mock_data "aws_servicequotas_service_quota" {
    defaults = { value = 1000 }
  }

  mock_data "aws_s3_objects" {
    defaults = { keys = ["0000000000000000000000000000000000000000000000000000000000000000"] }
  }

  mock_data "aws_bedrock_foundation_models" {
    defaults = { model_summaries = [] }
  }
}

variables {
  environment            = "dev"
  region                 = "eu-central-1"
  discord_application_id = "1045317428034318336"
  discord_public_key     = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
  sealing_key            = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
  web_community          = "discord:1045317428034318336"
  artifacts_bucket       = "arena-artifacts-111122223333-eu-central-1"
  packages = {
    discord-arm64 = "0000000000000000000000000000000000000000000000000000000000000001"
    slack-arm64   = "0000000000000000000000000000000000000000000000000000000000000002"
    worker-arm64  = "0000000000000000000000000000000000000000000000000000000000000003"
  }
}

run "a_bucket_as_an_address" {
  command = plan

  variables {
    artifacts_bucket = "s3://arena-artifacts"
  }

  expect_failures = [var.artifacts_bucket]
}

run "a_package_that_is_missing" {
  command = plan

  variables {
    workers_architecture = "x86_64"
  }

  expect_failures = [var.packages]
}

run "a_package_by_its_name" {
  command = plan

  variables {
    packages = { discord-arm64 = "discord.zip", slack-arm64 = "slack.zip", worker-arm64 = "worker.zip" }
  }

  expect_failures = [var.packages]
}

run "an_architecture_that_lambda_lacks" {
  command = plan

  variables {
    workers_architecture = "riscv64"
    packages = {
      discord-arm64  = "0000000000000000000000000000000000000000000000000000000000000001"
      slack-arm64    = "0000000000000000000000000000000000000000000000000000000000000002"
      worker-arm64   = "0000000000000000000000000000000000000000000000000000000000000003"
      worker-riscv64 = "0000000000000000000000000000000000000000000000000000000000000004"
    }
  }

  expect_failures = [var.workers_architecture]
}

run "a_level_that_no_log_has" {
  command = plan

  variables {
    log_level = "LOUD"
  }

  expect_failures = [var.log_level]
}

run "days_that_cloudwatch_does_not_know" {
  command = plan

  variables {
    log_retention_days = 8
  }

  expect_failures = [var.log_retention_days]
}

run "one_worker_at_a_time" {
  command = plan

  variables {
    event_concurrency = { turns = 1 }
  }

  expect_failures = [var.event_concurrency]
}

run "a_reservation_for_a_function_that_there_is_not" {
  command = plan

  variables {
    reserved_concurrency = { telegram = 5 }
  }

  expect_failures = [var.reserved_concurrency]
}

run "a_reservation_below_what_the_queue_hands_over" {
  command = plan

  variables {
    event_concurrency    = { turns = 20 }
    reserved_concurrency = { turns = 10 }
  }

  expect_failures = [var.reserved_concurrency]
}

run "a_warm_function_that_there_is_not" {
  command = plan

  variables {
    provisioned_concurrency = { telegram = 1 }
  }

  expect_failures = [var.provisioned_concurrency]
}

run "more_kept_warm_than_may_run" {
  command = plan

  variables {
    reserved_concurrency    = { web = 1 }
    provisioned_concurrency = { web = 2 }
  }

  expect_failures = [var.provisioned_concurrency]
}

run "every_model_of_bedrock" {
  command = plan

  variables {
    bedrock_model_arns = ["arn:aws:bedrock:eu-central-1::foundation-model/*"]
  }

  expect_failures = [var.bedrock_model_arns]
}

run "a_vpc_by_its_name" {
  command = plan

  variables {
    vpc = { id = "my-vpc", subnet_ids = ["subnet-1", "subnet-2"], route_table_ids = ["rtb-1"] }
  }

  expect_failures = [var.vpc]
}

run "a_vpc_with_one_subnet" {
  command = plan

  variables {
    vpc = { id = "vpc-0a", subnet_ids = ["subnet-0a"], route_table_ids = ["rtb-0a"] }
  }

  expect_failures = [var.vpc]
}

run "endpoints_that_no_route_leads_to" {
  command = plan

  variables {
    vpc = { id = "vpc-0a", subnet_ids = ["subnet-0a", "subnet-0b"], route_table_ids = [] }
  }

  expect_failures = [var.vpc]
}

run "a_way_of_deploying_that_is_not_of_lambda" {
  command = plan

  variables {
    deployment_config = "CodeDeployDefault.OneAtATime"
  }

  expect_failures = [var.deployment_config]
}

run "a_boundary_by_its_name" {
  command = plan

  variables {
    permissions_boundary_arn = "arena-dev-boundary"
  }

  expect_failures = [var.permissions_boundary_arn]
}
