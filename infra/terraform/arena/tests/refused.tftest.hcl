# Bad input is found before anything is made: a run each, with one value wrong. `terraform test` needs no account.

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

run "good_input_is_taken" {
  command = plan
}

run "a_name_with_capitals" {
  command = plan

  variables {
    name = "Arena"
  }

  expect_failures = [var.name]
}

run "a_name_too_long_for_a_function" {
  command = plan

  variables {
    name = "an-arena-whose-name-goes-on-and-on-until-lambda-has-had-enough"
  }

  expect_failures = [var.name]
}

run "a_name_too_long_for_a_bucket" {
  command = plan

  variables {
    name = "an-arena-whose-name-is-too-long-for-a-bucket"
  }

  expect_failures = [var.name]
}

run "an_environment_nobody_knows" {
  command = plan

  variables {
    environment = "production"
  }

  expect_failures = [var.environment]
}

run "a_region_of_china" {
  command = plan

  variables {
    region = "cn-north-1"
  }

  expect_failures = [var.region]
}

run "an_application_id_that_is_a_name" {
  command = plan

  variables {
    discord_application_id = "my-bot"
  }

  expect_failures = [var.discord_application_id]
}

run "an_application_id_without_its_key" {
  command = plan

  variables {
    discord_public_key = null
  }

  expect_failures = [var.discord_application_id]
}

run "a_public_key_cut_short" {
  command = plan

  variables {
    discord_public_key = "00112233"
  }

  expect_failures = [var.discord_public_key]
}

run "no_platform_at_all" {
  command = plan

  variables {
    discord_application_id = null
    discord_public_key     = null
  }

  expect_failures = [var.slack]
}

run "a_sealing_key_that_is_none" {
  command = plan

  variables {
    sealing_key = "secret"
  }

  expect_failures = [var.sealing_key]
}

run "a_community_without_its_platform" {
  command = plan

  variables {
    web_community = "1045317428034318336"
  }

  expect_failures = [var.web_community]
}

run "a_token_where_its_hash_belongs" {
  command = plan

  variables {
    web_token_sha256 = "open sesame"
  }

  expect_failures = [var.web_token_sha256]
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

run "one_worker_at_a_time" {
  command = plan

  variables {
    event_concurrency = { turns = 1 }
  }

  expect_failures = [var.event_concurrency]
}

run "a_reservation_below_what_the_queue_hands_over" {
  command = plan

  variables {
    event_concurrency    = { turns = 20 }
    reserved_concurrency = { turns = 10 }
  }

  expect_failures = [var.reserved_concurrency]
}

run "a_reservation_for_a_function_that_there_is_not" {
  command = plan

  variables {
    provisioned_concurrency = { telegram = 1 }
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

run "a_domain_without_a_zone_or_a_certificate" {
  command = plan

  variables {
    api_domain_name = "api.arena.example"
  }

  expect_failures = [var.api_domain_name]
}

run "a_certificate_where_cloudfront_does_not_look" {
  command = plan

  variables {
    site_domain_name     = "arena.example"
    site_certificate_arn = "arn:aws:acm:eu-central-1:111122223333:certificate/0123"
  }

  expect_failures = [var.site_certificate_arn]
}

run "signed_links_past_which_everybody_comes" {
  command = plan

  variables {
    site_public_keys = ["-----BEGIN PUBLIC KEY-----"]
  }

  expect_failures = [var.site_public_keys]
}

run "a_key_of_another_region" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/0123"
  }

  expect_failures = [var.kms_key_arn]
}

run "a_secret_that_comes_back_for_a_day" {
  command = plan

  variables {
    secret_recovery_days = 1
  }

  expect_failures = [var.secret_recovery_days]
}

run "a_fuse_that_blows_at_once" {
  command = plan

  variables {
    on_demand_cap = { write = 1 }
  }

  expect_failures = [var.on_demand_cap]
}

run "an_address_that_is_none" {
  command = plan

  variables {
    alarm_emails = ["nobody"]
  }

  expect_failures = [var.alarm_emails]
}

run "a_monitor_without_its_arn" {
  command = plan

  variables {
    anomaly_monitor = "existing"
  }

  expect_failures = [var.anomaly_monitor]
}

# What only the account can tell.

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
