# Bad input is found before anything is made: what is kept, and how.

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

run "more_days_than_dynamodb_keeps" {
  command = plan

  variables {
    recovery_days = 36
  }

  expect_failures = [var.recovery_days]
}

run "a_way_of_paying_that_dynamodb_lacks" {
  command = plan

  variables {
    capacity_mode = "free"
  }

  expect_failures = [var.capacity_mode]
}

run "a_least_above_its_most" {
  command = plan

  variables {
    provisioned = { write_min = 200 }
  }

  expect_failures = [var.provisioned]
}

run "a_table_that_is_always_full" {
  command = plan

  variables {
    provisioned = { target_utilization = 100 }
  }

  expect_failures = [var.provisioned]
}

run "a_fuse_that_blows_at_once" {
  command = plan

  variables {
    on_demand_cap = { write = 1 }
  }

  expect_failures = [var.on_demand_cap]
}

run "a_secret_that_comes_back_for_a_day" {
  command = plan

  variables {
    secret_recovery_days = 1
  }

  expect_failures = [var.secret_recovery_days]
}

run "a_key_by_its_alias" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:alias/arena"
  }

  expect_failures = [var.kms_key_arn]
}

run "a_key_of_another_region" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/0123"
  }

  expect_failures = [var.kms_key_arn]
}

run "a_secret_in_place_of_its_date" {
  command = plan

  variables {
    secret_set = "{\"ARENA_SECRET\": \"00\"}"
  }

  expect_failures = [var.secret_set]
}
