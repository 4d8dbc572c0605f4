# The queues of engine/queues/definitions.py; a test holds every number here against that file.

locals {
  # Hidden for six times as long as its function may take; "commands" has 60 seconds, "turns" 900.
  queues = {
    commands = { visibility_seconds = 360, retention_seconds = 86400 }
    turns    = { visibility_seconds = 5400, retention_seconds = 345600 }
  }

  dead_letters = { visibility_seconds = 30, retention_seconds = 1209600 }
  max_receives = 5

  # The provider's default is the 256 KiB of years ago, and a webhook queues up to 1 MiB (lambda_interactions/messages.py).
  max_message_bytes = 1048576
}

resource "aws_sqs_queue" "dead" {
  for_each = local.queues

  name                       = "${var.name}-${each.key}-dead"
  visibility_timeout_seconds = local.dead_letters.visibility_seconds
  message_retention_seconds  = local.dead_letters.retention_seconds
  max_message_size           = local.max_message_bytes
  sqs_managed_sse_enabled    = var.kms_key_arn == null ? true : null
  kms_master_key_id          = var.kms_key_arn
}

resource "aws_sqs_queue" "this" {
  for_each = local.queues

  name                       = "${var.name}-${each.key}"
  visibility_timeout_seconds = each.value.visibility_seconds
  message_retention_seconds  = each.value.retention_seconds
  max_message_size           = local.max_message_bytes
  sqs_managed_sse_enabled    = var.kms_key_arn == null ? true : null
  kms_master_key_id          = var.kms_key_arn

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead[each.key].arn
    maxReceiveCount     = local.max_receives
  })
}

# Only its own queue may bury messages in a dead-letter queue, so that a redrive leads back to where they came from.
resource "aws_sqs_queue_redrive_allow_policy" "dead" {
  for_each = local.queues

  queue_url = aws_sqs_queue.dead[each.key].id

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.this[each.key].arn]
  })
}

# Who may send and receive is in the functions' roles; the queues themselves only refuse what is not encrypted on its way.
resource "aws_sqs_queue_policy" "this" {
  for_each = local.queues

  queue_url = aws_sqs_queue.this[each.key].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*"
      Resource  = aws_sqs_queue.this[each.key].arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_sqs_queue_policy" "dead" {
  for_each = local.queues

  queue_url = aws_sqs_queue.dead[each.key].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*"
      Resource  = aws_sqs_queue.dead[each.key].arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
