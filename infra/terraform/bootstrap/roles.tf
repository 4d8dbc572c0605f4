# The pipeline's roles have a path of their own, so that no role of the pipeline may change one of them.
#
# Who the pipeline is: one role builds, one looks, and each environment has one that deploys. GitHub's token says repository and
# environment (or branch), and each role takes one of those alone.

resource "aws_iam_openid_connect_provider" "github" {
  count = var.github_oidc_provider_arn == null ? local.pipeline : 0

  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

locals {
  path = "/pipeline/"

  oidc_provider_arn = var.github_oidc_provider_arn == null ? one(aws_iam_openid_connect_provider.github[*].arn) : var.github_oidc_provider_arn

  # As GitHub writes it: with the ids of owner and repository since 15 July 2026, so that nobody who takes over a name that
  # became free is taken for the one before: https://docs.github.com/en/actions/reference/security/oidc#immutable-subject-claims
  subjects = merge(
    { for environment in keys(local.prefixes) : environment => "repo:${coalesce(var.github_repository, "none")}:environment:${environment}" },
    { branch = "repo:${coalesce(var.github_repository, "none")}:ref:refs/heads/${var.github_branch}" },
  )

  trust = {
    for who, subject in local.subjects : who => jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = local.oidc_provider_arn }
        Condition = {
          StringEquals = {
            "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
            "token.actions.githubusercontent.com:sub" = subject
          }
        }
      }]
    })
  }

  # The policies that a role of each kind has.
  deploy_policies = local.pipeline == 0 ? {} : {
    for pair in setproduct(keys(local.prefixes), ["functions", "data", "edge", "account"]) :
    "${pair[0]}-${pair[1]}" => { environment = pair[0], part = pair[1] }
  }
}

resource "aws_iam_role" "deploy" {
  for_each = local.pipeline == 0 ? {} : local.prefixes

  path                 = local.path
  name                 = "${each.value}-deploy"
  description          = "Deploys ${each.value}: jobs of ${coalesce(var.github_repository, "none")} in the environment ${each.key}."
  assume_role_policy   = local.trust[each.key]
  max_session_duration = 3600 * 2
}

resource "aws_iam_policy" "deploy" {
  for_each = local.deploy_policies

  path        = local.path
  name        = "${local.prefixes[each.value.environment]}-deploy-${each.value.part}"
  description = "What deploying ${local.prefixes[each.value.environment]} needs: ${each.value.part}."
  policy      = jsonencode({ Version = "2012-10-17", Statement = local.deploy[each.value.environment][each.value.part] })
}

resource "aws_iam_role_policy_attachment" "deploy" {
  for_each = local.deploy_policies

  role       = aws_iam_role.deploy[each.value.environment].name
  policy_arn = aws_iam_policy.deploy[each.key].arn
}

resource "aws_iam_role" "build" {
  count = local.pipeline

  path               = local.path
  name               = "${var.name}-build"
  description        = "Uploads packages: jobs of ${coalesce(var.github_repository, "none")} on ${var.github_branch}."
  assume_role_policy = local.trust.branch
}

resource "aws_iam_role_policy" "build" {
  count = local.pipeline

  name = "does"
  role = aws_iam_role.build[0].id

  # Written once and read again: what is there is never written over, since S3 is to be asked for that each time, and cannot
  # be deleted.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Keep"
        Effect    = "Allow"
        Action    = ["s3:PutObject"]
        Resource  = ["${local.artifacts_arn}/*"]
        Condition = { Null = { "s3:if-none-match" = "false" } }
      },
      {
        Sid      = "ReadAgain"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${local.artifacts_arn}/*"]
      },
      {
        Sid      = "LookWhatIsThere"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = [local.artifacts_arn]
      },
    ]
  })
}

resource "aws_iam_role" "look" {
  count = local.pipeline

  path               = local.path
  name               = "${var.name}-look"
  description        = "Compares what is deployed with what is written: jobs of ${coalesce(var.github_repository, "none")} on ${var.github_branch}."
  assume_role_policy = local.trust.branch
}

# AWS's own policy for reading how things are set up, and nothing that is kept in them.
resource "aws_iam_role_policy_attachment" "look" {
  count = local.pipeline

  role       = aws_iam_role.look[0].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/SecurityAudit"
}

resource "aws_iam_role_policy" "look" {
  count = local.pipeline

  name   = "does"
  role   = aws_iam_role.look[0].id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.look })
}
