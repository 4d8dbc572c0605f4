# Bad input is found before anything is made: what an environment is called, and who may come. A run each, with one value wrong;
# `terraform test` needs no account.

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

run "a_name_too_long_for_anything" {
  command = plan

  variables {
    name = "an-arena-whose-name-goes-on-and-on-until-lambda-and-iam-and-sqs-have-had-enough-of-it"
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
