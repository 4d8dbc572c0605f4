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

run "with_everything_that_can_be_asked_for" {
  command = plan

  variables {
    discord_application_id   = "1045317428034318336"
    discord_public_key       = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
    web_token_sha256         = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
    site_public_keys         = ["-----BEGIN PUBLIC KEY-----"]
    workers_architecture     = "x86_64"
    bedrock_model_arns       = ["arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-micro-v1:0", "arn:aws:bedrock:::foundation-model/amazon.nova-2-lite-v1:0"]
    provisioned_concurrency  = { discord = 1 }
    vpc                      = { id = "vpc-0a", subnet_ids = ["subnet-0a", "subnet-0b"], route_table_ids = ["rtb-0a"] }
    capacity_mode            = "provisioned"
    kms_key_arn              = "arn:aws:kms:eu-central-1:111122223333:key/0123"
    recovery_days            = 0
    stream                   = false
    hosted_zone_id           = "Z0123456789"
    api_domain_name          = "api.arena.example"
    site_domain_name         = "arena.example"
    alarm_emails             = ["host@example.org"]
    anomaly_monitor          = "create"
    cost_tag                 = "Environment$staging"
    permissions_boundary_arn = "arn:aws:iam::111122223333:policy/arena-dev-boundary"

    packages = {
      discord-arm64 = "0000000000000000000000000000000000000000000000000000000000000001"
      slack-arm64   = "0000000000000000000000000000000000000000000000000000000000000002"
      worker-arm64  = "0000000000000000000000000000000000000000000000000000000000000003"
      worker-x86_64 = "0000000000000000000000000000000000000000000000000000000000000004"
    }
  }

  assert {
    condition     = output.discord_interactions_url == "https://api.arena.example/discord" && output.slack_request_url == "https://api.arena.example/slack"
    error_message = "Platforms are told the API's own name."
  }

  assert {
    condition     = output.site_url == "https://arena.example"
    error_message = "Members are told the pages' own name."
  }

  assert {
    condition     = output.table_stream_arn == null
    error_message = "Without a stream nothing can be mirrored."
  }
}

run "with_the_dns_elsewhere" {
  command = plan

  variables {
    api_domain_name      = "api.arena.example"
    api_certificate_arn  = "arn:aws:acm:eu-central-1:111122223333:certificate/0123"
    site_domain_name     = "arena.example"
    site_certificate_arn = "arn:aws:acm:us-east-1:111122223333:certificate/0123"
  }

  assert {
    condition     = output.api_url == "https://api.arena.example" && output.site_url == "https://arena.example"
    error_message = "Names are the host's own, wherever their DNS is."
  }
}
