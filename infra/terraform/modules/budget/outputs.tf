output "budget_names" {
  description = "The names of the budgets."
  value       = [for budget in aws_budgets_budget.month : budget.name]
}

output "anomaly_monitor_arn" {
  description = "The ARN of the anomaly monitor that was made; null otherwise."
  value       = one(aws_ce_anomaly_monitor.services[*].arn)
}
