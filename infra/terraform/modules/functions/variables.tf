variable "name" {
  description = "What the functions' names begin with, for example arena-dev."
  type        = string
  nullable    = false
}

# What is served.

variable "discord" {
  description = "The Discord application whose interactions are taken; empty texts without Discord."
  type        = object({ application_id = string, public_key = string })
  nullable    = false
}

variable "sealing_key" {
  description = "The public key that webhooks seal requests with: what `arena sealing-key` says."
  type        = string
  nullable    = false
}

variable "web" {
  description = "Whose duels the pages show, the pages' origin, and the SHA-256 of the token of a private community (empty: everybody may watch)."
  type        = object({ community = string, site_origin = string, token_sha256 = string })
  nullable    = false
}

variable "log_level" {
  description = "Which lines the workers log: DEBUG, INFO, WARNING or ERROR."
  type        = string
  default     = "WARNING"
  nullable    = false
}

# What it runs.

variable "artifacts_bucket" {
  description = "The S3 bucket that holds the packages."
  type        = string
  nullable    = false
}

variable "packages" {
  description = "The key in that bucket of each package, by package and architecture, for example discord-arm64."
  type        = map(string)
  nullable    = false
}

variable "workers_architecture" {
  description = "arm64, or x86_64 for Swiss tournaments: py4swiss has no build for arm64 on Linux."
  type        = string
  default     = "arm64"
  nullable    = false
}

# What it works on.

variable "queue_urls" {
  description = "The queues' addresses: commands, turns."
  type        = object({ commands = string, turns = string })
  nullable    = false
}

variable "queue_arns" {
  description = "The queues' ARNs: commands, turns."
  type        = object({ commands = string, turns = string })
  nullable    = false
}

variable "table_name" {
  description = "The table."
  type        = string
  nullable    = false
}

variable "table_arn" {
  description = "The table's ARN; its indexes' follow from it."
  type        = string
  nullable    = false
}

variable "secret_arn" {
  description = "The secret that holds tokens and keys as one JSON object."
  type        = string
  nullable    = false
}

variable "secret_set" {
  description = "When the secret's value was set anew, such as 2026-11-29: another text publishes new versions, which read it. Null until then."
  type        = string
  default     = null
}

variable "bedrock_model_arns" {
  description = "The models and inference profiles of Bedrock that may be asked."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "kms_key_arn" {
  description = "The account's own key that encrypts table, secret, queues and logs; null for AWS's own."
  type        = string
  default     = null
}

# How much of it at once.

variable "event_concurrency" {
  description = "How many invocations each queue may have at once, 2 to 1000."
  type        = object({ commands = number, turns = number })
  default     = { commands = 2, turns = 2 }
  nullable    = false
}

variable "reserved_concurrency" {
  description = "Concurrency set aside for a function, and its upper bound, by function; none by default, since new accounts have 10 in all."
  type        = map(number)
  default     = {}
  nullable    = false
}

variable "provisioned_concurrency" {
  description = "Environments kept warm, by function, at about $2.50 a month each for a webhook."
  type        = map(number)
  default     = {}
  nullable    = false
}

# Where it runs.

variable "vpc" {
  description = "An existing VPC to run in; null for none. Its subnets need a way out to Discord, Slack and the model APIs, which is not made here."
  type = object({
    id              = string
    subnet_ids      = list(string)
    route_table_ids = list(string)
    make_endpoints  = optional(bool, true)
  })
  default = null
}

# How a new version comes in.

variable "deployment_config" {
  description = "How CodeDeploy moves the alias to a new version."
  type        = string
  default     = "CodeDeployDefault.LambdaCanary10Percent5Minutes"
  nullable    = false
}

variable "rollback_alarms" {
  description = "The names of the CloudWatch alarms that stop a deployment and take it back."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "log_retention_days" {
  description = "For how many days logs are kept."
  type        = number
  default     = 7
  nullable    = false
}

variable "permissions_boundary_arn" {
  description = "The permissions boundary of every role that is made; null for none."
  type        = string
  default     = null
}
