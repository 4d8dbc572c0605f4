# The most that a role of an environment may do, whoever wrote its policies: the pipeline makes roles, and without a boundary
# whoever can change the pipeline could make one that may do everything. Each environment has its own: dev is deployed without
# anybody's approval, and with one for all it could make a role that reads prod's tokens.

resource "aws_iam_policy" "boundary" {
  for_each = local.pipeline == 0 ? {} : local.prefixes

  name        = "${each.value}-boundary"
  description = "The most that a role of ${each.value} may do."

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.account_wide.boundary, [
      {
        Sid    = "Store"
        Effect = "Allow"
        Action = [
          "dynamodb:BatchGetItem",
          "dynamodb:BatchWriteItem",
          "dynamodb:DeleteItem",
          "dynamodb:GetItem",
          "dynamodb:PutItem",
          "dynamodb:Query",
          "dynamodb:UpdateItem",
        ]
        Resource = [
          "arn:${local.partition}:dynamodb:${local.regional}:table/${each.value}",
          "arn:${local.partition}:dynamodb:${local.regional}:table/${each.value}/index/*",
        ]
      },
      {
        Sid      = "Queues"
        Effect   = "Allow"
        Action   = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:SendMessage"]
        Resource = ["arn:${local.partition}:sqs:${local.regional}:${each.value}-*"]
      },
      {
        Sid      = "Secret"
        Effect   = "Allow"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = ["arn:${local.partition}:secretsmanager:${local.regional}:secret:${each.value}-*"]
      },
      {
        Sid      = "Logs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["arn:${local.partition}:logs:${local.regional}:log-group:/aws/lambda/${each.value}-*"]
      },
      {
        Sid    = "Functions"
        Effect = "Allow"
        Action = [
          "lambda:GetAlias",
          "lambda:GetProvisionedConcurrencyConfig",
          "lambda:InvokeFunction",
          "lambda:UpdateAlias",
        ]
        Resource = ["arn:${local.partition}:lambda:${local.regional}:function:${each.value}-*"]
      },
    ])
  })
}
