# What an environment is made of, as far as a plan tells.

mock_provider "aws" {
  mock_data "aws_servicequotas_service_quota" {
    defaults = { value = 10 }
  }

  mock_data "aws_s3_objects" {
    defaults = { keys = ["0000000000000000000000000000000000000000000000000000000000000000"] }
  }
}

variables {
  environment      = "staging"
  region           = "eu-central-1"
  slack            = true
  sealing_key      = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
  web_community    = "slack:T024BE7LD"
  artifacts_bucket = "arena-artifacts-111122223333-eu-central-1"
  packages = {
    discord-arm64 = "0000000000000000000000000000000000000000000000000000000000000001"
    slack-arm64   = "0000000000000000000000000000000000000000000000000000000000000002"
    worker-arm64  = "0000000000000000000000000000000000000000000000000000000000000003"
  }
}

run "a_new_account_is_enough" {
  command = plan

  assert {
    condition     = output.name == "arena-staging"
    error_message = "An environment's name is the arena's, and its own."
  }

  assert {
    condition     = join(", ", [for name in output.functions : trimprefix(name, "arena-staging-")]) == "discord, slack, commands, turns, sweeper, web"
    error_message = "There are six functions, whatever platforms there are."
  }

  assert {
    condition     = output.discord_interactions_url == null
    error_message = "Without Discord there is no address to enter there."
  }

  assert {
    condition     = output.table_name == "arena-staging"
    error_message = "The table bears the environment's name."
  }
}

run "the_longest_name_is_taken" {
  command = plan

  variables {
    name = "an-arena-with-the-longest-name"
  }
}
