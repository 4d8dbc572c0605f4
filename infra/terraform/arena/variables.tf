# What an environment is called and where it is. Every variable is explained once more, with examples, in
# environments/*/terraform.tfvars.example. A null means the default everywhere.

variable "name" {
  description = "What everything's name begins with; the environment follows: arena makes arena-dev."
  type        = string
  default     = "arena"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", var.name))
    error_message = "name may hold small letters and digits, with single hyphens between, and begins with a letter."
  }

  validation {
    condition     = length("${var.name}-${var.environment}-commands") <= 64
    error_message = "name is too long: Lambda takes 64 characters for ${var.name}-${var.environment}-commands."
  }

  validation {
    condition     = length("${var.name}-${var.environment}-deployments") <= 64
    error_message = "name is too long: IAM takes 64 characters for the role ${var.name}-${var.environment}-deployments."
  }

  validation {
    condition     = length("${var.name}-${var.environment}-commands-dead") <= 80
    error_message = "name is too long: SQS takes 80 characters for ${var.name}-${var.environment}-commands-dead."
  }

  validation {
    # No two accounts may have a bucket of one name, so the account's twelve digits follow.
    condition     = length("${var.name}-${var.environment}-site-000000000000") <= 63
    error_message = "name is too long: S3 takes 63 characters for ${var.name}-${var.environment}-site-ACCOUNT."
  }
}

variable "environment" {
  description = "dev, staging or prod. Outside dev the table cannot be deleted by accident and the secret can be had back."
  type        = string
  nullable    = false

  validation {
    condition     = contains(["dev", "staging", "prod"], var.environment)
    error_message = "environment must be dev, staging or prod."
  }
}

variable "region" {
  description = "The AWS region, for example eu-central-1."
  type        = string
  nullable    = false

  validation {
    # Those in which AWS's own SDK knows every service that is used here; a test holds the list against it.
    condition = contains([
      "af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1",
      "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
      "ap-southeast-6", "ap-southeast-7", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1",
      "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1",
      "mx-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
    ], var.region)
    error_message = "region must be one of AWS's that has every service the arena needs, for example eu-central-1 or us-east-1; those of China and of governments are not among them."
  }
}

# Who may come.

variable "discord_application_id" {
  description = "The application id, from the application's page at Discord; null without Discord."
  type        = string
  default     = null

  validation {
    condition     = var.discord_application_id == null || can(regex("^[0-9]{17,20}$", var.discord_application_id))
    error_message = "discord_application_id is a number of 17 to 20 digits: copy it from General Information at https://discord.com/developers/applications."
  }

  validation {
    condition     = (var.discord_application_id == null) == (var.discord_public_key == null)
    error_message = "discord_application_id and discord_public_key go together: set both, or neither for an arena without Discord."
  }
}

variable "discord_public_key" {
  description = "The public key, from the application's page at Discord; null without Discord."
  type        = string
  default     = null

  validation {
    condition     = var.discord_public_key == null || can(regex("^[0-9a-f]{64}$", var.discord_public_key))
    error_message = "discord_public_key is 64 hexadecimal digits: copy it from General Information at https://discord.com/developers/applications."
  }
}

variable "slack" {
  description = "Whether a Slack app's requests are taken; its signing secret and token belong into the secret."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = var.slack || var.discord_application_id != null
    error_message = "Nobody could come: set discord_application_id and discord_public_key, or slack = true, or all of them."
  }
}

variable "sealing_key" {
  description = "The public key that webhooks seal requests with: what `arena sealing-key` says for the ARENA_SECRET of this environment."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9a-f]{64}$", var.sealing_key))
    error_message = "sealing_key is the 64 hexadecimal digits that `arena sealing-key` says; never put ARENA_SECRET itself here."
  }
}

variable "web_community" {
  description = "Whose duels the pages show: discord:SERVER or slack:WORKSPACE."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^(discord:[0-9]{17,20}|slack:[TE][A-Z0-9]{2,})$", var.web_community))
    error_message = "web_community is discord: and the server's id, or slack: and the workspace's, for example discord:1045317428034318336 or slack:T024BE7LD."
  }
}

variable "web_token_sha256" {
  description = "The SHA-256 of the token without which nobody may watch, as `arena watch-token` writes it; null lets everybody."
  type        = string
  default     = null

  validation {
    condition     = var.web_token_sha256 == null || can(regex("^[0-9a-f]{64}$", var.web_token_sha256))
    error_message = "web_token_sha256 is the 64 hexadecimal digits that `arena watch-token` writes, not the token itself."
  }
}
