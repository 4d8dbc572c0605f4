# The most that a role of the arena may do, whoever wrote its policies: the pipeline makes roles, and without a boundary whoever
# can change the pipeline could make one that may do everything.

resource "aws_iam_policy" "boundary" {
  count = local.pipeline

  name        = "${var.name}-boundary"
  description = "The most that a role of ${var.name} may do."

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
        Resource = ["arn:${local.partition}:dynamodb:${local.regional}:table/${var.name}-*"]
      },
      {
        Sid      = "Queues"
        Effect   = "Allow"
        Action   = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:SendMessage"]
        Resource = ["arn:${local.partition}:sqs:${local.regional}:${var.name}-*"]
      },
      {
        Sid      = "Secret"
        Effect   = "Allow"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = ["arn:${local.partition}:secretsmanager:${local.regional}:secret:${var.name}-*"]
      },
      {
        Sid      = "Logs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["arn:${local.partition}:logs:${local.regional}:log-group:/aws/lambda/${var.name}-*"]
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
        Resource = ["arn:${local.partition}:lambda:${local.regional}:function:${var.name}-*"]
      },
    ])
  })
}
