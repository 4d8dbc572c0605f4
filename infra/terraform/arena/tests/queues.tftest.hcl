# Queues as a plan makes them.

mock_provider "aws" {}

variables {
  name = "arena-dev"
}

run "as_most_have_it" {
  command = plan

  module {
    source = "../modules/queues"
  }

  assert {
    condition     = join(", ", sort([for queue in aws_sqs_queue.this : queue.name])) == "arena-dev-commands, arena-dev-turns" && join(", ", sort([for queue in aws_sqs_queue.dead : queue.name])) == "arena-dev-commands-dead, arena-dev-turns-dead"
    error_message = "Two queues, each with its dead letters."
  }

  assert {
    condition     = alltrue([for queue in concat(values(aws_sqs_queue.this), values(aws_sqs_queue.dead)) : queue.sqs_managed_sse_enabled])
    error_message = "Every queue is encrypted, at no price."
  }

  assert {
    condition     = alltrue([for what, queue in aws_sqs_queue.this : queue.message_retention_seconds < aws_sqs_queue.dead[what].message_retention_seconds])
    error_message = "Dead letters are kept longer than the messages that they were."
  }
}

run "with_a_key_of_ones_own" {
  command = plan

  module {
    source = "../modules/queues"
  }

  variables {
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/0123"
  }

  assert {
    condition     = alltrue([for queue in aws_sqs_queue.this : queue.kms_master_key_id == "arn:aws:kms:eu-central-1:111122223333:key/0123"])
    error_message = "The account's own key encrypts the queues."
  }
}
