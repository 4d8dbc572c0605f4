# One arena: what every environment is made of. Environments differ in variables alone.

locals {
  full_name = "${var.name}-${var.environment}"
  is_dev    = var.environment == "dev"

  function_names = ["discord", "slack", "commands", "turns", "sweeper", "web"]

  # A platform that is not set up has its function, which costs nothing, and no route to it.
  served = concat(
    var.discord_application_id == null ? [] : ["discord"],
    var.slack ? ["slack"] : [],
    ["web"],
  )

  packages_needed = toset(["discord-arm64", "slack-arm64", "worker-arm64", "worker-${var.workers_architecture}"])
}

module "data" {
  source = "../modules/data"

  name                 = local.full_name
  deletion_protection  = coalesce(var.deletion_protection, !local.is_dev)
  secret_recovery_days = coalesce(var.secret_recovery_days, local.is_dev ? 0 : 30)
  recovery_days        = var.recovery_days
  stream               = var.stream
  capacity_mode        = var.capacity_mode
  on_demand_cap        = var.on_demand_cap
  provisioned          = var.provisioned
  kms_key_arn          = var.kms_key_arn
}

module "queues" {
  source = "../modules/queues"

  name        = local.full_name
  kms_key_arn = var.kms_key_arn
}

module "functions" {
  source = "../modules/functions"

  name        = local.full_name
  sealing_key = var.sealing_key
  log_level   = var.log_level

  discord = {
    application_id = var.discord_application_id == null ? "" : var.discord_application_id
    public_key     = var.discord_public_key == null ? "" : var.discord_public_key
  }

  web = {
    community    = var.web_community
    site_origin  = module.site.url
    token_sha256 = var.web_token_sha256 == null ? "" : var.web_token_sha256
  }

  artifacts_bucket     = var.artifacts_bucket
  packages             = var.packages
  workers_architecture = var.workers_architecture

  queue_urls         = module.queues.urls
  queue_arns         = module.queues.arns
  table_name         = module.data.table_name
  table_arn          = module.data.table_arn
  secret_arn         = module.data.secret_arn
  secret_set         = var.secret_set
  bedrock_model_arns = var.bedrock_model_arns
  kms_key_arn        = var.kms_key_arn

  event_concurrency       = var.event_concurrency
  reserved_concurrency    = var.reserved_concurrency
  provisioned_concurrency = var.provisioned_concurrency
  vpc                     = var.vpc

  deployment_config        = var.deployment_config
  rollback_alarms          = module.observability.rollback_alarm_names
  log_retention_days       = var.log_retention_days
  permissions_boundary_arn = var.permissions_boundary_arn
}

module "api" {
  source = "../modules/api"

  name               = local.full_name
  served             = local.served
  alias              = module.functions.alias
  functions          = { for name in local.served : name => { function_name = module.functions.names[name], invoke_arn = module.functions.invoke_arns[name] } }
  throttling         = var.throttling
  log_retention_days = var.log_retention_days
  kms_key_arn        = var.kms_key_arn
  domain_name        = var.api_domain_name
  hosted_zone_id     = var.hosted_zone_id
  certificate_arn    = var.api_certificate_arn
}

# Functions need the pages' address and the pages the API's, which is known before it leads to any function.
module "site" {
  source = "../modules/site"

  name            = local.full_name
  api_domain_name = module.api.domain
  public_keys     = var.site_public_keys
  price_class     = var.site_price_class

  domain = var.site_domain_name == null ? null : {
    name            = var.site_domain_name
    zone_id         = var.hosted_zone_id
    certificate_arn = var.site_certificate_arn
  }
}

module "observability" {
  source = "../modules/observability"

  name                 = local.full_name
  emails               = var.alarm_emails
  function_names       = module.functions.names
  queue_names          = module.queues.names
  dead_letter_names    = module.queues.dead_letter_names
  table_name           = module.data.table_name
  api_id               = module.api.id
  webhook_milliseconds = var.webhook_milliseconds
  client_errors        = var.client_errors
  oldest_turn_seconds  = var.oldest_turn_seconds
}

module "budget" {
  source = "../modules/budget"

  name                = local.full_name
  emails              = var.alarm_emails
  limits_usd          = var.budgets_usd
  cost_tag            = var.cost_tag
  anomaly_monitor     = var.anomaly_monitor
  anomaly_monitor_arn = var.anomaly_monitor_arn
  anomaly_usd         = var.anomaly_usd
}
