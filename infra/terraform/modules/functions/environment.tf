# What each function is told, as infra/functions.py lists it. Nothing here is secret: keys that may be known, addresses, names.

locals {
  worker_environment = {
    ARENA_STORE            = "dynamodb:${var.table_name}"
    ARENA_SECRETS_ARN      = var.secret_arn
    COMMANDS_QUEUE_URL     = var.queue_urls.commands
    TURNS_QUEUE_URL        = var.queue_urls.turns
    ARENA_LOG_LEVEL        = var.log_level
    DISCORD_APPLICATION_ID = var.discord.application_id
  }

  environment = {
    discord = {
      COMMANDS_QUEUE_URL     = var.queue_urls.commands
      ARENA_SEALING_KEY      = var.sealing_key
      DISCORD_PUBLIC_KEY     = var.discord.public_key
      DISCORD_APPLICATION_ID = var.discord.application_id
    }
    slack = {
      COMMANDS_QUEUE_URL              = var.queue_urls.commands
      ARENA_SEALING_KEY               = var.sealing_key
      SLACK_SIGNING_SECRET_SECRET_ARN = var.secret_arn
    }
    commands = local.worker_environment
    turns    = local.worker_environment
    sweeper  = local.worker_environment
    web = {
      ARENA_STORE            = "dynamodb:${var.table_name}"
      ARENA_LOG_LEVEL        = var.log_level
      ARENA_WEB_COMMUNITY    = var.web.community
      ARENA_SITE_ORIGIN      = var.web.site_origin
      ARENA_WEB_TOKEN_SHA256 = var.web.token_sha256
    }
  }
}
