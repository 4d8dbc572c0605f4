# A role for each function: what it does, on what, and nothing else. A test holds the actions against the calls that the
# functions were seen to make.

locals {
  # Statements by what they let a function do.
  may = {
    queue_commands = {
      Sid      = "QueueCommands"
      Effect   = "Allow"
      Action   = ["sqs:SendMessage"]
      Resource = [var.queue_arns.commands]
    }
    # These three are Lambda's own calls for an event source, by the function's role.
    take_commands = {
      Sid      = "TakeCommands"
      Effect   = "Allow"
      Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
      Resource = [var.queue_arns.commands]
    }
    take_turns = {
      Sid      = "TakeTurns"
      Effect   = "Allow"
      Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
      Resource = [var.queue_arns.turns]
    }
    queue_turns = {
      Sid      = "QueueTurns"
      Effect   = "Allow"
      Action   = ["sqs:SendMessage"]
      Resource = [var.queue_arns.turns]
    }
    read_secret = {
      Sid      = "ReadSecret"
      Effect   = "Allow"
      Action   = ["secretsmanager:GetSecretValue"]
      Resource = [var.secret_arn]
    }
    keep = {
      Sid    = "Keep"
      Effect = "Allow"
      Action = [
        "dynamodb:GetItem",
        "dynamodb:BatchGetItem",
        "dynamodb:Query",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "dynamodb:DeleteItem",
        "dynamodb:BatchWriteItem",
      ]
      Resource = [var.table_arn]
    }
    look = {
      Sid      = "Look"
      Effect   = "Allow"
      Action   = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"]
      Resource = [var.table_arn]
    }
    find = {
      Sid    = "Find"
      Effect = "Allow"
      Action = ["dynamodb:Query"]
      Resource = [
        "${var.table_arn}/index/newest",
        "${var.table_arn}/index/open",
        "${var.table_arn}/index/wake",
      ]
    }
    find_open = {
      Sid      = "FindOpen"
      Effect   = "Allow"
      Action   = ["dynamodb:Query"]
      Resource = ["${var.table_arn}/index/open"]
    }
    find_due = {
      Sid      = "FindDue"
      Effect   = "Allow"
      Action   = ["dynamodb:Query"]
      Resource = ["${var.table_arn}/index/open", "${var.table_arn}/index/wake"]
    }
    find_shown = {
      Sid      = "FindShown"
      Effect   = "Allow"
      Action   = ["dynamodb:Query"]
      Resource = ["${var.table_arn}/index/newest", "${var.table_arn}/index/open"]
    }
    # Converse is permitted under this name: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
    ask_models = {
      Sid      = "AskModels"
      Effect   = "Allow"
      Action   = ["bedrock:InvokeModel"]
      Resource = var.bedrock_model_arns
    }
    use_key = {
      Sid      = "UseKey"
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = [var.kms_key_arn]
    }
  }

  work = ["queue_turns", "read_secret", "keep"]

  # Who may do what.
  permissions = {
    discord  = ["queue_commands"]
    slack    = ["queue_commands", "read_secret"]
    commands = concat(["take_commands", "find"], local.work)
    turns    = concat(["take_turns", "find_open"], local.work, ["ask_models"])
    sweeper  = concat(["find_due"], local.work)
    web      = ["look", "find_shown"]
  }

  # What this installation has no use for is in no role.
  unused = length(var.bedrock_model_arns) == 0 ? ["ask_models"] : []
  all_do = var.kms_key_arn == null ? [] : ["use_key"]
}

resource "aws_iam_role" "function" {
  for_each = local.functions

  name                 = "${var.name}-${each.key}"
  description          = "What ${var.name}-${each.key} may do."
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "function" {
  for_each = local.functions

  name = "does"
  role = aws_iam_role.function[each.key].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [for what in concat(local.permissions[each.key], local.all_do) : local.may[what] if !contains(local.unused, what)],
      [{
        # The streams of its own group: Lambda names one for each environment.
        Sid      = "Log"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${aws_cloudwatch_log_group.function[each.key].arn}:*"]
      }],
    )
  })
}
