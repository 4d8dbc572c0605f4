# Deploying what one environment keeps: table, queues, secret, logs; and the state of its Terraform.

locals {
  deploy_data = {
    for environment, prefix in local.prefixes : environment => concat(local.account_wide.data, [
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
  }
}
