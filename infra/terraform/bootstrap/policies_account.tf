# Making the roles of one environment, none of which may do more than the boundary.

locals {
  deploy_account = {
    for environment, prefix in local.prefixes : environment => concat(local.account_wide.account, [
      {
        Sid    = "Roles"
        Effect = "Allow"
        Action = [
          "iam:DeleteRole",
          "iam:DeleteRolePolicy",
          "iam:DetachRolePolicy",
          "iam:GetRole",
          "iam:GetRolePolicy",
          "iam:ListAttachedRolePolicies",
          "iam:ListInstanceProfilesForRole",
          "iam:ListRolePolicies",
          "iam:ListRoleTags",
          "iam:TagRole",
          "iam:UntagRole",
          "iam:UpdateAssumeRolePolicy",
          "iam:UpdateRole",
          "iam:UpdateRoleDescription",
        ]
        Resource = ["arn:${local.partition}:iam::${var.account_id}:role/${prefix}-*"]
      },
      {
        # A role that is made here may do no more than the boundary says, whatever its policies say. One that somebody made
        # without, before there was a pipeline, is given it.
        Sid       = "BoundedRoles"
        Effect    = "Allow"
        Action    = ["iam:AttachRolePolicy", "iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"]
        Resource  = ["arn:${local.partition}:iam::${var.account_id}:role/${prefix}-*"]
        Condition = { StringEquals = { "iam:PermissionsBoundary" = try(aws_iam_policy.boundary[environment].arn, null) } }
      },
      {
        Sid      = "HandRolesOver"
        Effect   = "Allow"
        Action   = ["iam:PassRole"]
        Resource = ["arn:${local.partition}:iam::${var.account_id}:role/${prefix}-*"]
        Condition = {
          StringEquals = {
            "iam:PassedToService" = ["codedeploy.amazonaws.com", "lambda.amazonaws.com", "scheduler.amazonaws.com"]
          }
        }
      },
    ])
  }
}
