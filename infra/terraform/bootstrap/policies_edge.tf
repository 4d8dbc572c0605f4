# Deploying the pages of one environment, and what watches it.

locals {
  deploy_edge = {
    for environment, prefix in local.prefixes : environment => concat(local.account_wide.edge, [
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
          # What scales a table's capacity makes in the caller's name.
          "arn:${local.partition}:cloudwatch:${local.regional}:alarm:TargetTracking-table/${prefix}-*",
          "arn:${local.partition}:cloudwatch::${var.account_id}:dashboard/${prefix}*",
        ]
      },
      {
        Sid    = "Topics"
        Effect = "Allow"
        Action = [
          "sns:CreateTopic",
          "sns:DeleteTopic",
          "sns:GetTopicAttributes",
          "sns:ListSubscriptionsByTopic",
          "sns:ListTagsForResource",
          "sns:SetTopicAttributes",
          "sns:Subscribe",
          "sns:TagResource",
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
  }

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
