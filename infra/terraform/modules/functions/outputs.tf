output "names" {
  description = "The functions' names in AWS by what they are: discord, slack, commands, turns, sweeper, web."
  value       = { for name, function in aws_lambda_function.this : name => function.function_name }
}

output "invoke_arns" {
  description = "What API Gateway calls: each function's alias live."
  value       = { for name, alias in aws_lambda_alias.live : name => alias.invoke_arn }
}

output "alias" {
  description = "The alias' name."
  value       = local.alias
}

output "versions" {
  description = "The version of each function that this run has published, which a deployment moves live to."
  value       = { for name, function in aws_lambda_function.this : name => function.version }
}

output "not_live" {
  description = "Functions that still answer by a version of before what was applied: `python -m infra.deploy release` moves them, and only then do new settings hold."
  value       = [for name, alias in aws_lambda_alias.live : alias.function_name if alias.function_version != aws_lambda_function.this[name].version]
}

output "codedeploy_app" {
  description = "The CodeDeploy application; its deployment groups bear the functions' names."
  value       = aws_codedeploy_app.this.name
}
