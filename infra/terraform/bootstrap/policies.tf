# What deploying one environment needs: each action that the provider, or infra/deploy, makes, on what bears the environment's
# name. What AWS lets nobody narrow stands in account_wide.tf, each with its reason.

locals {
  regional = "${var.region}:${var.account_id}"

  deploy = { for environment, prefix in local.prefixes : environment => {
    functions = concat(local.account_wide.functions, [
      {
        Sid    = "Functions"
        Effect = "Allow"
        Action = [
          "lambda:AddPermission",
          "lambda:CreateAlias",
          "lambda:CreateFunction",
          "lambda:DeleteAlias",
          "lambda:DeleteFunction",
          "lambda:DeleteFunctionConcurrency",
          "lambda:DeleteFunctionEventInvokeConfig",
          "lambda:DeleteProvisionedConcurrencyConfig",
          "lambda:GetAlias",
          "lambda:GetFunction",
          "lambda:GetFunctionCodeSigningConfig",
          "lambda:GetFunctionConcurrency",
          "lambda:GetFunctionConfiguration",
          "lambda:GetFunctionEventInvokeConfig",
          "lambda:GetFunctionRecursionConfig",
          "lambda:GetPolicy",
          "lambda:GetProvisionedConcurrencyConfig",
          "lambda:ListTags",
          "lambda:ListVersionsByFunction",
          "lambda:PublishVersion",
          "lambda:PutFunctionConcurrency",
          "lambda:PutFunctionEventInvokeConfig",
          "lambda:PutFunctionRecursionConfig",
          "lambda:PutProvisionedConcurrencyConfig",
          "lambda:RemovePermission",
          "lambda:TagResource",
          "lambda:UntagResource",
          "lambda:UpdateAlias",
          "lambda:UpdateFunctionCode",
          "lambda:UpdateFunctionConfiguration",
          "lambda:UpdateFunctionEventInvokeConfig",
        ]
        Resource = ["arn:${local.partition}:lambda:${local.regional}:function:${prefix}-*"]
      },
      {
        Sid    = "Schedules"
        Effect = "Allow"
        Action = [
          "scheduler:CreateSchedule",
          "scheduler:CreateScheduleGroup",
          "scheduler:DeleteSchedule",
          "scheduler:DeleteScheduleGroup",
          "scheduler:GetSchedule",
          "scheduler:GetScheduleGroup",
          "scheduler:ListTagsForResource",
          "scheduler:TagResource",
          "scheduler:UntagResource",
          "scheduler:UpdateSchedule",
        ]
        Resource = [
          "arn:${local.partition}:scheduler:${local.regional}:schedule/${prefix}/*",
          "arn:${local.partition}:scheduler:${local.regional}:schedule-group/${prefix}",
        ]
      },
      {
        Sid    = "Deployments"
        Effect = "Allow"
        Action = [
          "codedeploy:CreateApplication",
          "codedeploy:CreateDeployment",
          "codedeploy:CreateDeploymentGroup",
          "codedeploy:DeleteApplication",
          "codedeploy:DeleteDeploymentGroup",
          "codedeploy:GetApplication",
          "codedeploy:GetApplicationRevision",
          "codedeploy:GetDeployment",
          "codedeploy:GetDeploymentGroup",
          "codedeploy:ListDeployments",
          "codedeploy:ListTagsForResource",
          "codedeploy:RegisterApplicationRevision",
          "codedeploy:StopDeployment",
          "codedeploy:TagResource",
          "codedeploy:UntagResource",
          "codedeploy:UpdateApplication",
          "codedeploy:UpdateDeploymentGroup",
        ]
        Resource = [
          "arn:${local.partition}:codedeploy:${local.regional}:application:${prefix}",
          "arn:${local.partition}:codedeploy:${local.regional}:deploymentgroup:${prefix}/*",
        ]
      },
      {
        Sid      = "DeploymentConfigs"
        Effect   = "Allow"
        Action   = ["codedeploy:GetDeploymentConfig"]
        Resource = ["arn:${local.partition}:codedeploy:${local.regional}:deploymentconfig:CodeDeployDefault.*"]
      },
    ])

    data = concat(local.account_wide.data, [
      {
        Sid    = "Table"
        Effect = "Allow"
        Action = [
          "dynamodb:CreateTable",
          "dynamodb:DeleteTable",
          "dynamodb:DescribeContinuousBackups",
          "dynamodb:DescribeTable",
          "dynamodb:DescribeTimeToLive",
          "dynamodb:ListTagsOfResource",
          "dynamodb:TagResource",
          "dynamodb:UntagResource",
          "dynamodb:UpdateContinuousBackups",
          "dynamodb:UpdateTable",
          "dynamodb:UpdateTimeToLive",
        ]
        Resource = [
          "arn:${local.partition}:dynamodb:${local.regional}:table/${prefix}",
          "arn:${local.partition}:dynamodb:${local.regional}:table/${prefix}/index/*",
        ]
      },
      {
        Sid    = "Queues"
        Effect = "Allow"
        Action = [
          "sqs:CreateQueue",
          "sqs:DeleteQueue",
          "sqs:GetQueueAttributes",
          "sqs:GetQueueUrl",
          "sqs:ListQueueTags",
          "sqs:SetQueueAttributes",
          "sqs:TagQueue",
          "sqs:UntagQueue",
        ]
        Resource = ["arn:${local.partition}:sqs:${local.regional}:${prefix}-*"]
      },
      {
        # Never GetSecretValue or PutSecretValue: who deploys reads and writes no token.
        Sid    = "Secret"
        Effect = "Allow"
        Action = [
          "secretsmanager:CreateSecret",
          "secretsmanager:DeleteSecret",
          "secretsmanager:DescribeSecret",
          "secretsmanager:GetResourcePolicy",
          "secretsmanager:RestoreSecret",
          "secretsmanager:TagResource",
          "secretsmanager:UntagResource",
          "secretsmanager:UpdateSecret",
        ]
        Resource = ["arn:${local.partition}:secretsmanager:${local.regional}:secret:${prefix}-??????"]
      },
      {
        Sid    = "Logs"
        Effect = "Allow"
        Action = [
          "logs:AssociateKmsKey",
          "logs:CreateLogGroup",
          "logs:DeleteLogGroup",
          "logs:DeleteMetricFilter",
          "logs:DeleteRetentionPolicy",
          "logs:DescribeMetricFilters",
          "logs:DisassociateKmsKey",
          "logs:ListTagsForResource",
          "logs:PutMetricFilter",
          "logs:PutRetentionPolicy",
          "logs:TagResource",
          "logs:UntagResource",
        ]
        Resource = [
          "arn:${local.partition}:logs:${local.regional}:log-group:/aws/lambda/${prefix}-*",
          "arn:${local.partition}:logs:${local.regional}:log-group:/aws/apigateway/${prefix}*",
        ]
      },
      {
        Sid    = "State"
        Effect = "Allow"
        Action = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        # The second is its lock.
        Resource = [
          "${local.state_arn}/${environment}/terraform.tfstate",
          "${local.state_arn}/${environment}/terraform.tfstate.tflock",
        ]
      },
      {
        Sid      = "Packages"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${local.artifacts_arn}/*"]
      },
      {
        Sid      = "Buckets"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = [local.state_arn, local.artifacts_arn]
      },
    ])

    edge = concat(local.account_wide.edge, [
      {
        Sid    = "SiteBucket"
        Effect = "Allow"
        Action = [
          "s3:CreateBucket",
          "s3:DeleteBucket",
          "s3:DeleteBucketPolicy",
          "s3:GetAccelerateConfiguration",
          "s3:GetBucketAcl",
          "s3:GetBucketCORS",
          "s3:GetBucketLocation",
          "s3:GetBucketLogging",
          "s3:GetBucketObjectLockConfiguration",
          "s3:GetBucketOwnershipControls",
          "s3:GetBucketPolicy",
          "s3:GetBucketPublicAccessBlock",
          "s3:GetBucketRequestPayment",
          "s3:GetBucketTagging",
          "s3:GetBucketVersioning",
          "s3:GetBucketWebsite",
          "s3:GetEncryptionConfiguration",
          "s3:GetLifecycleConfiguration",
          "s3:GetReplicationConfiguration",
          "s3:ListBucket",
          "s3:ListTagsForResource",
          "s3:PutBucketOwnershipControls",
          "s3:PutBucketPolicy",
          "s3:PutBucketPublicAccessBlock",
          "s3:PutBucketTagging",
          "s3:PutBucketVersioning",
          "s3:PutEncryptionConfiguration",
          "s3:PutLifecycleConfiguration",
          "s3:TagResource",
          "s3:UntagResource",
        ]
        Resource = ["arn:${local.partition}:s3:::${prefix}-site-${var.account_id}"]
      },
      {
        Sid      = "Pages"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        Resource = ["arn:${local.partition}:s3:::${prefix}-site-${var.account_id}/*"]
      },
      {
        Sid    = "EdgeFunctions"
        Effect = "Allow"
        Action = [
          "cloudfront:CreateFunction",
          "cloudfront:DeleteFunction",
          "cloudfront:DescribeFunction",
          "cloudfront:GetFunction",
          "cloudfront:PublishFunction",
          "cloudfront:UpdateFunction",
        ]
        Resource = ["arn:${local.partition}:cloudfront::${var.account_id}:function/${prefix}*"]
      },
      {
        Sid    = "Watching"
        Effect = "Allow"
        Action = [
          "cloudwatch:DeleteAlarms",
          "cloudwatch:DeleteDashboards",
          "cloudwatch:GetDashboard",
          "cloudwatch:ListTagsForResource",
          "cloudwatch:PutDashboard",
          "cloudwatch:PutMetricAlarm",
          "cloudwatch:TagResource",
          "cloudwatch:UntagResource",
        ]
        Resource = [
          "arn:${local.partition}:cloudwatch:${local.regional}:alarm:${prefix}*",
          "arn:${local.partition}:cloudwatch::${var.account_id}:dashboard/${prefix}*",
        ]
      },
      {
        Sid    = "Topics"
        Effect = "Allow"
        Action = [
          "sns:CreateTopic",
          "sns:DeleteTopic",
          "sns:GetSubscriptionAttributes",
          "sns:GetTopicAttributes",
          "sns:ListSubscriptionsByTopic",
          "sns:ListTagsForResource",
          "sns:SetTopicAttributes",
          "sns:Subscribe",
          "sns:TagResource",
          "sns:Unsubscribe",
          "sns:UntagResource",
        ]
        Resource = [for region in distinct([var.region, "us-east-1"]) : "arn:${local.partition}:sns:${region}:${var.account_id}:${prefix}*"]
      },
      {
        Sid    = "Budgets"
        Effect = "Allow"
        Action = [
          "budgets:ListTagsForResource",
          "budgets:ModifyBudget",
          "budgets:TagResource",
          "budgets:UntagResource",
          "budgets:ViewBudget",
        ]
        Resource = ["arn:${local.partition}:budgets::${var.account_id}:budget/${prefix}*"]
      },
    ], local.domains)

    account = concat(local.account_wide.account, [
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
        # A role that is made here may do no more than the boundary says, whatever its policies say.
        Sid       = "BoundedRoles"
        Effect    = "Allow"
        Action    = ["iam:AttachRolePolicy", "iam:CreateRole", "iam:PutRolePolicy"]
        Resource  = ["arn:${local.partition}:iam::${var.account_id}:role/${prefix}-*"]
        Condition = { StringEquals = { "iam:PermissionsBoundary" = one(aws_iam_policy.boundary[*].arn) } }
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
  } }

  domains = length(var.hosted_zone_ids) == 0 ? [] : [
    {
      Sid    = "Records"
      Effect = "Allow"
      Action = [
        "route53:ChangeResourceRecordSets",
        "route53:GetHostedZone",
        "route53:ListResourceRecordSets",
        "route53:ListTagsForResource",
      ]
      Resource = [for id in var.hosted_zone_ids : "arn:${local.partition}:route53:::hostedzone/${id}"]
    },
  ]
}
