output "table_name" {
  description = "The table's name."
  value       = aws_dynamodb_table.this.name
}

output "table_arn" {
  description = "The table's ARN."
  value       = aws_dynamodb_table.this.arn
}

output "stream_arn" {
  description = "The ARN of the table's stream, which `arena mirror` reads; null without one."
  value       = var.stream ? aws_dynamodb_table.this.stream_arn : null
}

output "secret_arn" {
  description = "The ARN of the secret whose value must be set by hand."
  value       = aws_secretsmanager_secret.this.arn
}
