output "names" {
  description = "The functions' names in AWS by what they are: commands, turns, sweeper, web, and the webhooks that are set up."
  value       = { for name, function in aws_lambda_function.this : name => function.function_name }
}

output "aliases" {
  description = "The ARN of each function's alias live."
  value       = { for name, alias in aws_lambda_alias.live : name => alias.arn }
}

output "invoke_arns" {
  description = "What API Gateway calls: each function's alias live."
  value       = { for name, alias in aws_lambda_alias.live : name => alias.invoke_arn }
}

output "alias" {
  description = "The alias' name."
  value       = local.alias
}

output "served" {
  description = "Which functions there are, known before they are made."
  value       = sort(keys(local.functions))
}

output "timeouts_seconds" {
  description = "How long each function may take."
  value       = { for name, function in local.functions : name => function.timeout_seconds }
}

output "log_groups" {
  description = "The functions' log groups."
  value       = { for name, group in aws_cloudwatch_log_group.function : name => group.name }
}

output "versions" {
  description = "The version of each function that this run has published, which a deployment moves live to."
  value       = { for name, function in aws_lambda_function.this : name => function.version }
}

output "codedeploy_app" {
  description = "The CodeDeploy application; its deployment groups are called as the functions are: commands, turns, …"
  value       = aws_codedeploy_app.this.name
}
