# What only the account can tell is asked before anything is made: quotas, packages, models.

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

run "a_quota_too_small" {
  command = plan

  override_data {
    target = data.aws_servicequotas_service_quota.concurrency
    values = { value = 5 }
  }

  expect_failures = [data.aws_servicequotas_service_quota.concurrency]
}

run "a_reservation_in_a_new_account" {
  command = plan

  variables {
    reserved_concurrency = { web = 2 }
  }

  override_data {
    target = data.aws_servicequotas_service_quota.concurrency
    values = { value = 10 }
  }

  expect_failures = [data.aws_servicequotas_service_quota.concurrency]
}

run "a_package_that_was_not_uploaded" {
  command = plan

  override_data {
    target = data.aws_s3_objects.packages
    values = { keys = [] }
  }

  expect_failures = [data.aws_s3_objects.packages]
}

run "a_model_that_the_region_lacks" {
  command = plan

  variables {
    bedrock_model_arns = ["arn:aws:bedrock:eu-central-1::foundation-model/amazon.nova-micro-v1:0"]
  }

  expect_failures = [data.aws_bedrock_foundation_models.here]
}
