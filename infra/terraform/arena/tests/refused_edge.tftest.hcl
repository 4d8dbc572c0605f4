# Bad input is found before anything is made: how the API and the pages are reached, and who is told.

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

run "an_api_that_takes_nothing" {
  command = plan

  variables {
    throttling = { rate = 0 }
  }

  expect_failures = [var.throttling]
}

run "a_domain_as_an_address" {
  command = plan

  variables {
    api_domain_name = "https://api.arena.example"
    hosted_zone_id  = "Z0123456789"
  }

  expect_failures = [var.api_domain_name]
}

run "a_domain_without_a_zone_or_a_certificate" {
  command = plan

  variables {
    api_domain_name = "api.arena.example"
  }

  expect_failures = [var.api_domain_name]
}

run "a_certificate_of_another_region" {
  command = plan

  variables {
    api_domain_name     = "api.arena.example"
    api_certificate_arn = "arn:aws:acm:us-east-1:111122223333:certificate/0123"
  }

  expect_failures = [var.api_certificate_arn]
}

run "a_zone_by_its_name" {
  command = plan

  variables {
    hosted_zone_id = "arena.example"
  }

  expect_failures = [var.hosted_zone_id]
}

run "a_site_as_an_address" {
  command = plan

  variables {
    site_domain_name = "https://arena.example"
    hosted_zone_id   = "Z0123456789"
  }

  expect_failures = [var.site_domain_name]
}

run "a_site_without_a_zone_or_a_certificate" {
  command = plan

  variables {
    site_domain_name = "arena.example"
  }

  expect_failures = [var.site_domain_name]
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

run "a_price_class_that_cloudfront_lacks" {
  command = plan

  variables {
    site_price_class = "PriceClass_300"
  }

  expect_failures = [var.site_price_class]
}

run "an_address_that_is_none" {
  command = plan

  variables {
    alarm_emails = ["nobody"]
  }

  expect_failures = [var.alarm_emails]
}

run "more_addresses_than_a_budget_takes" {
  command = plan

  variables {
    alarm_emails = [
      "a@example.org", "b@example.org", "c@example.org", "d@example.org", "e@example.org", "f@example.org",
      "g@example.org", "h@example.org", "i@example.org", "j@example.org", "k@example.org",
    ]
  }

  expect_failures = [var.alarm_emails]
}

run "a_webhook_that_is_slow_after_the_platforms_gave_up" {
  command = plan

  variables {
    webhook_milliseconds = 3000
  }

  expect_failures = [var.webhook_milliseconds]
}

run "no_refused_request_at_all" {
  command = plan

  variables {
    client_errors = 0
  }

  expect_failures = [var.client_errors]
}

run "a_turn_that_is_old_while_it_is_played" {
  command = plan

  variables {
    oldest_turn_seconds = 900
  }

  expect_failures = [var.oldest_turn_seconds]
}

run "a_budget_of_nothing" {
  command = plan

  variables {
    budgets_usd = [0]
  }

  expect_failures = [var.budgets_usd]
}

run "a_tag_without_a_value" {
  command = plan

  variables {
    cost_tag = "Environment"
  }

  expect_failures = [var.cost_tag]
}

run "a_monitor_of_another_kind" {
  command = plan

  variables {
    anomaly_monitor = "always"
  }

  expect_failures = [var.anomaly_monitor]
}

run "a_monitor_without_its_arn" {
  command = plan

  variables {
    anomaly_monitor = "existing"
  }

  expect_failures = [var.anomaly_monitor]
}

run "an_anomaly_of_nothing" {
  command = plan

  variables {
    anomaly_usd = 0
  }

  expect_failures = [var.anomaly_usd]
}
