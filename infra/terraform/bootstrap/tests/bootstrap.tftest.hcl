# What an account needs once, as a plan makes it.

mock_provider "aws" {
  # Else what only AWS says is not known to a plan, and the policies with it.
  override_during = plan

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::arena-artifacts-111122223333-ap-southeast-1" }
  }

  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws:iam::111122223333:policy/pipeline/arena-staging-deploy-functions" }
  }
}

variables {
  account_id = "111122223333"
  region     = "eu-central-1"
}

run "without_a_pipeline" {
  command = plan

  assert {
    condition     = join(", ", sort([for bucket in aws_s3_bucket.this : bucket.bucket])) == "arena-artifacts-111122223333-eu-central-1, arena-state-111122223333-eu-central-1"
    error_message = "Two buckets, whose names no other account has."
  }

  assert {
    condition     = length(aws_iam_role.deploy) + length(aws_iam_role.build) + length(aws_iam_openid_connect_provider.github) == 0
    error_message = "Without a repository nobody but you may come in."
  }
}

run "with_a_pipeline" {
  command = plan

  variables {
    github_repository = "me/llm-duel-arena"
  }

  assert {
    condition     = join(", ", sort([for role in aws_iam_role.deploy : role.name])) == "arena-dev-deploy, arena-prod-deploy, arena-staging-deploy"
    error_message = "Each environment has a role of its own."
  }

  assert {
    condition     = local.subjects.prod == "repo:me/llm-duel-arena:environment:prod"
    error_message = "A role is for one repository and one environment."
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_policy.deploy["dev-account"].policy).Statement :
      statement.Sid == "BoundedRoles" if contains(flatten([statement.Action]), "iam:PutRolePermissionsBoundary")
    ]) && strcontains(aws_iam_policy.deploy["dev-account"].policy, "iam:PutRolePermissionsBoundary")
    error_message = "Roles from before there was a pipeline are given its boundary, and no other."
  }

  assert {
    condition = alltrue([
      for environment, boundary in aws_iam_policy.boundary :
      strcontains(boundary.policy, "arena-${environment}-*") && !strcontains(replace(boundary.policy, "arena-${environment}", ""), "arena-")
    ])
    error_message = "No role of an environment may reach into another, whoever deploys it."
  }

  assert {
    condition     = strcontains(aws_iam_policy.deploy["dev-functions"].policy, "{\"ArnLike\":{\"lambda:FunctionArn\":\"arn:aws:lambda:eu-central-1:111122223333:function:arena-dev-*\"}}")
    error_message = "An environment changes its own functions' event sources alone."
  }

  assert {
    condition     = strcontains(aws_iam_policy.deploy["dev-functions"].policy, "\"lambda:TagResource\",\"lambda:UntagResource\"],\"Effect\":\"Allow\",\"Resource\":[\"arn:aws:lambda:eu-central-1:111122223333:event-source-mapping:*\"]")
    error_message = "An event source is made with tags."
  }
}

run "with_a_repository_of_today" {
  command = plan

  variables {
    github_repository = "me@123/llm-duel-arena@456"
  }

  assert {
    condition     = local.subjects.prod == "repo:me@123/llm-duel-arena@456:environment:prod"
    error_message = "A repository is named by its ids too, as its tokens name it."
  }
}

run "with_one_id_of_two" {
  command = plan

  variables {
    github_repository = "me@123/llm-duel-arena"
  }

  expect_failures = [var.github_repository]
}

run "as_large_as_it_gets" {
  command = plan

  variables {
    name              = "arena-with-a-longer-name"
    region            = "ap-southeast-1"
    github_repository = "me/llm-duel-arena"
    hosted_zone_ids   = ["Z0123456789ABCDEFGHIJ", "Z1123456789ABCDEFGHIJ"]
    vpc               = true
  }

  assert {
    condition     = alltrue([for policy in concat(values(aws_iam_policy.deploy), values(aws_iam_policy.boundary)) : length(policy.policy) <= 6144])
    error_message = "IAM takes policies of 6,144 characters."
  }

  assert {
    condition     = alltrue([for policy in concat(aws_iam_role_policy.look, aws_iam_role_policy.build) : length(policy.policy) <= 10240])
    error_message = "IAM takes 10,240 characters of inline policies a role."
  }

  assert {
    condition     = alltrue([for role in aws_iam_role.deploy : length(role.name) <= 64])
    error_message = "IAM takes names of 64 characters."
  }
}

run "with_a_provider_that_is_there" {
  command = plan

  variables {
    github_repository        = "me/llm-duel-arena"
    github_oidc_provider_arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
  }

  assert {
    condition     = length(aws_iam_openid_connect_provider.github) == 0
    error_message = "An account has one identity provider for GitHub."
  }
}

run "a_repository_as_an_address" {
  command = plan

  variables {
    github_repository = "https://github.com/me/llm-duel-arena"
  }

  expect_failures = [var.github_repository]
}
