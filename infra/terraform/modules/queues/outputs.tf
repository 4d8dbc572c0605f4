output "urls" {
  description = "The queues' addresses by what they carry: commands, turns."
  value       = { for what, queue in aws_sqs_queue.this : what => queue.url }
}

output "arns" {
  description = "The queues' ARNs by what they carry."
  value       = { for what, queue in aws_sqs_queue.this : what => queue.arn }
}

output "names" {
  description = "The queues' names by what they carry, for metrics."
  value       = { for what, queue in aws_sqs_queue.this : what => queue.name }
}

output "dead_letter_names" {
  description = "The dead-letter queues' names by what they carry."
  value       = { for what, queue in aws_sqs_queue.dead : what => queue.name }
}

output "dead_letter_urls" {
  description = "The dead-letter queues' addresses by what they carry."
  value       = { for what, queue in aws_sqs_queue.dead : what => queue.url }
}
