# What arena/ is told, as it is. A variable that is left out has the default that arena/ gives it, and is checked there.

variable "account_id" {
  description = "The AWS account that this environment belongs to; with another account's credentials nothing is done."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits: `aws sts get-caller-identity` says yours."
  }
}

variable "name" {
  description = "What everything's name begins with; the environment follows: arena makes arena-dev."
  type        = string
  default     = null
}

variable "environment" {
  description = "dev, staging or prod. Outside dev the table cannot be deleted by accident and the secret can be had back."
  type        = string
}

variable "region" {
  description = "The AWS region, for example eu-central-1."
  type        = string
}

variable "discord_application_id" {
  description = "The application id, from the application's page at Discord; null without Discord."
  type        = string
  default     = null
}

variable "discord_public_key" {
  description = "The public key, from the application's page at Discord; null without Discord."
  type        = string
  default     = null
}

variable "slack" {
  description = "Whether a Slack app's requests are taken; its signing secret and token belong into the secret."
  type        = bool
  default     = null
}

variable "sealing_key" {
  description = "The public key that webhooks seal requests with: what `arena sealing-key` says for the ARENA_SECRET of this environment."
  type        = string
}

variable "web_community" {
  description = "Whose duels the pages show: discord:SERVER or slack:WORKSPACE."
  type        = string
}

variable "web_token_sha256" {
  description = "The SHA-256 of the token without which nobody may watch, as `arena watch-token` writes it; null lets everybody."
  type        = string
  default     = null
}

variable "artifacts_bucket" {
  description = "The bucket of packages that bootstrap.sh has made."
  type        = string
}

variable "packages" {
  description = "The SHA-256 of each package, which is its key in artifacts_bucket: what `python -m infra.deploy keep` writes."
  type        = map(string)
}

variable "workers_architecture" {
  description = "arm64, or x86_64 to pair Swiss tournaments, whose time is a quarter dearer."
  type        = string
  default     = null
}

variable "log_level" {
  description = "Which lines the functions log: DEBUG, INFO, WARNING or ERROR."
  type        = string
  default     = null
}

variable "log_retention_days" {
  description = "For how many days logs are kept."
  type        = number
  default     = null
}

variable "event_concurrency" {
  description = "How many invocations the queues commands and turns may have at once."
  type        = object({ commands = optional(number, 2), turns = optional(number, 2) })
  default     = null
}

variable "reserved_concurrency" {
  description = "Concurrency set aside for a function, and its upper bound, by function."
  type        = map(number)
  default     = null
}

variable "provisioned_concurrency" {
  description = "Environments of a function that are kept warm, by function; each costs money day and night."
  type        = map(number)
  default     = null
}

variable "vpc" {
  description = "An existing VPC that the functions run in: its subnets need a way out of their own to Discord, Slack and the model APIs. Null: none, and no NAT to pay for."
  type = object({
    id              = string
    subnet_ids      = list(string)
    route_table_ids = list(string)
    make_endpoints  = optional(bool, true)
  })
  default = null
}

variable "bedrock_model_arns" {
  description = "The models and inference profiles of Bedrock that duels may ask; a profile needs the models behind it too."
  type        = list(string)
  default     = null
}

variable "deployment_config" {
  description = "How CodeDeploy moves functions to a new version."
  type        = string
  default     = null
}

variable "permissions_boundary_arn" {
  description = "The permissions boundary of every role: bootstrap.sh makes one for each environment, without which the pipeline may make no role. Null for none."
  type        = string
  default     = null
}

variable "deletion_protection" {
  description = "Whether the table cannot be deleted; null: everywhere but in dev."
  type        = bool
  default     = null
}

variable "secret_recovery_days" {
  description = "For how long a deleted secret can be had back; null: 0 in dev, so that it can be made anew at once, and 30 elsewhere."
  type        = number
  default     = null
}

variable "secret_set" {
  description = "When the secret's value was set anew, such as 2026-11-29: another text publishes new versions, which read it. Null until then."
  type        = string
  default     = null
}

variable "recovery_days" {
  description = "How many days back the table can be restored to any second, 1 to 35; 0 switches that off."
  type        = number
  default     = null
}

variable "stream" {
  description = "Whether changes are kept for a day in a stream, which `arena mirror` reads."
  type        = bool
  default     = null
}

variable "capacity_mode" {
  description = "on-demand: each request is paid for, and nothing when nobody plays. provisioned: a capacity is paid for by the hour."
  type        = string
  default     = null
}

variable "on_demand_cap" {
  description = "The most units a second that the table, and each index, takes before it throttles: the fuse of a runaway bill."
  type        = object({ read = optional(number, 400), write = optional(number, 200) })
  default     = null
}

variable "provisioned" {
  description = "With capacity_mode provisioned: the bounds between which the table's capacity follows its use, and each index's fixed capacity, in units a second."
  type = object({
    read_min           = optional(number, 5)
    read_max           = optional(number, 100)
    write_min          = optional(number, 5)
    write_max          = optional(number, 100)
    index_read         = optional(number, 5)
    index_write        = optional(number, 10)
    target_utilization = optional(number, 70)
  })
  default = null
}

variable "kms_key_arn" {
  description = "A key of the account's own that encrypts table, secret, queues and logs, at $1 a month; null for AWS's own. Its policy must let logs.REGION.amazonaws.com use it."
  type        = string
  default     = null
}

variable "throttling" {
  description = "Requests a second that the API takes in the long run, and at once; more are answered with 429."
  type        = object({ rate = optional(number, 50), burst = optional(number, 100) })
  default     = null
}

variable "api_domain_name" {
  description = "The API's own name, for example api.arena.example; null for AWS's."
  type        = string
  default     = null
}

variable "api_certificate_arn" {
  description = "A validated certificate for api_domain_name in this region; null to have one made."
  type        = string
  default     = null
}

variable "hosted_zone_id" {
  description = "The Route 53 zone of the names that are given; null when there are none, or the DNS is elsewhere."
  type        = string
  default     = null
}

variable "site_domain_name" {
  description = "The pages' own name, for example arena.example; null for CloudFront's."
  type        = string
  default     = null
}

variable "site_certificate_arn" {
  description = "A validated certificate for site_domain_name in us-east-1, where CloudFront looks; null to have one made."
  type        = string
  default     = null
}

variable "site_public_keys" {
  description = "Public keys (PEM) of whoever signs links for members: CloudFront then shows duels to nobody without one. None: it asks for nothing."
  type        = list(string)
  default     = null
}

variable "site_price_class" {
  description = "Where CloudFront keeps pages: PriceClass_100 (Europe, North America), PriceClass_200 or PriceClass_All."
  type        = string
  default     = null
}

variable "alarm_emails" {
  description = "Who is written to by alarms, budgets and unusual costs; each confirms the alarms' first mail once. None: nobody is."
  type        = list(string)
  default     = null
}

variable "webhook_milliseconds" {
  description = "From how many milliseconds on a webhook is called slow; Discord and Slack give up at 3000, the way to them included."
  type        = number
  default     = null
}

variable "client_errors" {
  description = "From how many refused requests (4xx) in five minutes on somebody is told; a few are usual."
  type        = number
  default     = null
}

variable "oldest_turn_seconds" {
  description = "From which age on the oldest waiting turn is too old."
  type        = number
  default     = null
}

variable "budgets_usd" {
  description = "A budget for each, in US dollars a month: alarm_emails are told when it is foreseen, and when it is reached."
  type        = list(number)
  default     = null
}

variable "cost_tag" {
  description = "NAME$VALUE of a tag that is activated for billing, by which budgets count this environment alone; null: the whole account."
  type        = string
  default     = null
}

variable "anomaly_monitor" {
  description = "create: make the account's monitor of unusual costs, of which there can be one. existing: use anomaly_monitor_arn. none: no such mails."
  type        = string
  default     = null
}

variable "anomaly_monitor_arn" {
  description = "The account's monitor of unusual costs, with anomaly_monitor = \"existing\"."
  type        = string
  default     = null
}

variable "anomaly_usd" {
  description = "From how many US dollars above the usual on a day's mail tells of unusual costs."
  type        = number
  default     = null
}
