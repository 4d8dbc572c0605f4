output "alarm_names" {
  description = "The names of all alarms, by what they are."
  value       = { for key, alarm in aws_cloudwatch_metric_alarm.this : key => alarm.alarm_name }
}

output "rollback_alarm_names" {
  description = "The alarms that take a release back; CodeDeploy takes at most ten."
  value       = [for key in local.rollback : aws_cloudwatch_metric_alarm.this[key].alarm_name]
}

output "topic_arn" {
  description = "The topic that alarms are published to, for whoever wants them elsewhere too."
  value       = aws_sns_topic.alarms.arn
}

output "dashboard_url" {
  description = "The dashboard's page on the console."
  value       = "https://${data.aws_region.current.region}.console.aws.amazon.com/cloudwatch/home?region=${data.aws_region.current.region}#dashboards/dashboard/${aws_cloudwatch_dashboard.this.dashboard_name}"
}
