output "api_url" {
  description = "The API's address."
  value       = module.api.url
}

output "discord_interactions_url" {
  description = "What to enter as the Interactions Endpoint URL at Discord; null without Discord."
  value       = var.discord_application_id == null ? null : "${module.api.url}/discord"
}

output "slack_request_url" {
  description = "What to enter as the Request URL of events, interactivity and slash commands at Slack; null without Slack."
  value       = var.slack ? "${module.api.url}/slack" : null
}

output "api_dns_target" {
  description = "With an api_domain_name and the DNS elsewhere: what a CNAME of that name must lead to."
  value       = module.api.dns_target
}

output "site_url" {
  description = "The pages."
  value       = module.site.url
}

output "site_bucket" {
  description = "The bucket that the pages are published to."
  value       = module.site.bucket
}

output "site_distribution_id" {
  description = "The distribution whose caches are told of a release."
  value       = module.site.distribution_id
}

output "site_dns_target" {
  description = "With a site_domain_name and the DNS elsewhere: what a CNAME of that name must lead to."
  value       = module.site.distribution_domain_name
}

output "site_public_key_ids" {
  description = "The ids by which links for members are signed; empty for a public site."
  value       = module.site.public_key_ids
}

output "name" {
  description = "What everything's name begins with here; also the CodeDeploy application."
  value       = local.full_name
}

output "functions" {
  description = "The functions' full names, which are also those of their CodeDeploy deployment groups."
  value       = [for name in local.function_names : "${local.full_name}-${name}"]
}

output "function_versions" {
  description = "The version of each function that was published last; a deployment moves its alias live there."
  value       = module.functions.versions
}

output "not_live" {
  description = "Functions that still answer by a version of before what was applied: `python -m infra.deploy release` moves them, and only then do new settings hold."
  value       = module.functions.not_live
}

output "packages" {
  description = "The packages that were applied last, by which a plan later on shows drift and no new code."
  value       = var.packages
}

output "table_name" {
  description = "The table: ARENA_STORE=dynamodb:NAME."
  value       = module.data.table_name
}

output "table_stream_arn" {
  description = "The stream that `arena mirror` reads; null without one."
  value       = module.data.stream_arn
}

output "queue_urls" {
  description = "The queues' addresses."
  value       = module.queues.urls
}

output "dead_letter_queue_urls" {
  description = "The dead-letter queues' addresses, for a redrive."
  value       = module.queues.dead_letter_urls
}

output "secret_arn" {
  description = "The secret; `aws secretsmanager put-secret-value --secret-id ARN --secret-string file://FILE` sets its value."
  value       = module.data.secret_arn
}

output "dashboard_url" {
  description = "The dashboard, on AWS's console."
  value       = module.observability.dashboard_url
}

output "alarm_topic_arn" {
  description = "The topic of the alarms, for a pager or a chat of your own."
  value       = module.observability.topic_arn
}

output "alarms" {
  description = "The alarms' names; docs/runbook.md says what to do for each."
  value       = module.observability.alarm_names
}
