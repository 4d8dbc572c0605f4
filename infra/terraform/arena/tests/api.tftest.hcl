# The API as a plan makes it.

mock_provider "aws" {}

variables {
  name   = "arena-dev"
  served = ["discord", "web"]
  alias  = "live"
  functions = {
    discord = { function_name = "arena-dev-discord", invoke_arn = "arn:aws:apigateway:eu-central-1:lambda:path/discord" }
    web     = { function_name = "arena-dev-web", invoke_arn = "arn:aws:apigateway:eu-central-1:lambda:path/web" }
  }
}

run "as_most_have_it" {
  command = plan

  module {
    source = "../modules/api"
  }

  assert {
    condition     = join(", ", sort(keys(aws_apigatewayv2_route.this))) == "GET /api/{proxy+}, GET /health, HEAD /api/{proxy+}, OPTIONS /api/{proxy+}, POST /discord"
    error_message = "A platform that is not set up has no route."
  }

  assert {
    condition     = alltrue([for permission in aws_lambda_permission.route : permission.qualifier == "live"])
    error_message = "The API may call the alias, and no version by itself."
  }

  assert {
    condition     = aws_apigatewayv2_stage.default.default_route_settings[0].throttling_rate_limit == 50
    error_message = "The API is throttled."
  }

  assert {
    condition     = !aws_apigatewayv2_api.this.disable_execute_api_endpoint && length(aws_acm_certificate.this) + length(aws_route53_record.api) == 0
    error_message = "Without a name of its own, AWS's is the way in, and nothing of a domain is made."
  }
}

run "with_a_name_of_its_own" {
  command = plan

  module {
    source = "../modules/api"
  }

  variables {
    domain_name    = "api.arena.example"
    hosted_zone_id = "Z0123456789"
  }

  assert {
    condition     = aws_apigatewayv2_api.this.disable_execute_api_endpoint && length(aws_route53_record.api) == 1
    error_message = "With a name of its own, that is the only way in."
  }
}

run "with_the_dns_elsewhere" {
  command = plan

  module {
    source = "../modules/api"
  }

  variables {
    domain_name     = "api.arena.example"
    certificate_arn = "arn:aws:acm:eu-central-1:111122223333:certificate/0123"
  }

  assert {
    condition     = length(aws_acm_certificate.this) + length(aws_route53_record.api) + length(aws_route53_record.proof) == 0
    error_message = "With the DNS elsewhere no record is written."
  }
}

run "no_way_to_prove_a_certificate" {
  command = plan

  module {
    source = "../modules/api"
  }

  variables {
    domain_name = "api.arena.example"
  }

  expect_failures = [aws_acm_certificate.this]
}
