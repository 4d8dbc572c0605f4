# One environment. The three differ in their values alone: terraform.tfvars and backend.hcl.

terraform {
  # 1.11 is the first whose S3 backend locks by itself, without a DynamoDB table.
  required_version = ">= 1.11.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.25"
    }
  }

  backend "s3" {}
}

provider "aws" {
  region              = var.region
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = {
      Project     = coalesce(var.name, "arena")
      Environment = var.environment
      ManagedBy   = "terraform"
    }
  }
}

module "arena" {
  source = "../../arena"

  name                     = var.name
  environment              = var.environment
  region                   = var.region
  discord_application_id   = var.discord_application_id
  discord_public_key       = var.discord_public_key
  slack                    = var.slack
  sealing_key              = var.sealing_key
  web_community            = var.web_community
  web_token_sha256         = var.web_token_sha256
  artifacts_bucket         = var.artifacts_bucket
  packages                 = var.packages
  workers_architecture     = var.workers_architecture
  log_level                = var.log_level
  log_retention_days       = var.log_retention_days
  event_concurrency        = var.event_concurrency
  reserved_concurrency     = var.reserved_concurrency
  provisioned_concurrency  = var.provisioned_concurrency
  vpc                      = var.vpc
  bedrock_model_arns       = var.bedrock_model_arns
  deployment_config        = var.deployment_config
  permissions_boundary_arn = var.permissions_boundary_arn
  deletion_protection      = var.deletion_protection
  secret_recovery_days     = var.secret_recovery_days
  secret_set               = var.secret_set
  recovery_days            = var.recovery_days
  stream                   = var.stream
  capacity_mode            = var.capacity_mode
  on_demand_cap            = var.on_demand_cap
  provisioned              = var.provisioned
  kms_key_arn              = var.kms_key_arn
  throttling               = var.throttling
  api_domain_name          = var.api_domain_name
  api_certificate_arn      = var.api_certificate_arn
  hosted_zone_id           = var.hosted_zone_id
  site_domain_name         = var.site_domain_name
  site_certificate_arn     = var.site_certificate_arn
  site_public_keys         = var.site_public_keys
  site_price_class         = var.site_price_class
  alarm_emails             = var.alarm_emails
  webhook_milliseconds     = var.webhook_milliseconds
  client_errors            = var.client_errors
  oldest_turn_seconds      = var.oldest_turn_seconds
  budgets_usd              = var.budgets_usd
  cost_tag                 = var.cost_tag
  anomaly_monitor          = var.anomaly_monitor
  anomaly_monitor_arn      = var.anomaly_monitor_arn
  anomaly_usd              = var.anomaly_usd
}
