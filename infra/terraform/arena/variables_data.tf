# What is kept, and how.

variable "deletion_protection" {
  description = "Whether the table cannot be deleted; null: everywhere but in dev."
  type        = bool
  default     = null
}

variable "secret_recovery_days" {
  description = "For how long a deleted secret can be had back; null: 0 in dev, so that it can be made anew at once, and 30 elsewhere."
  type        = number
  default     = null

  validation {
    condition     = var.secret_recovery_days == null || try(var.secret_recovery_days == 0 || (var.secret_recovery_days >= 7 && var.secret_recovery_days <= 30), false)
    error_message = "secret_recovery_days must be 0, or 7 to 30: Secrets Manager knows nothing between."
  }
}

variable "secret_set" {
  description = "When the secret's value was set anew, such as 2026-11-29: another text publishes new versions, which read it. Null until then."
  type        = string
  default     = null

  validation {
    condition     = var.secret_set == null || can(regex("^[A-Za-z0-9:.-]{1,40}$", var.secret_set))
    error_message = "secret_set is a date or another short text of letters, digits, hyphens, dots and colons, such as 2026-11-29; never the secret itself."
  }
}

variable "recovery_days" {
  description = "How many days back the table can be restored to any second, 1 to 35; 0 switches that off."
  type        = number
  default     = 35
  nullable    = false

  validation {
    condition     = var.recovery_days >= 0 && var.recovery_days <= 35 && floor(var.recovery_days) == var.recovery_days
    error_message = "recovery_days must be a whole number from 0 to 35: DynamoDB keeps no more than 35 days."
  }
}

variable "stream" {
  description = "Whether changes are kept for a day in a stream, which `arena mirror` reads."
  type        = bool
  default     = true
  nullable    = false
}

variable "capacity_mode" {
  description = "on-demand: each request is paid for, and nothing when nobody plays. provisioned: a capacity is paid for by the hour."
  type        = string
  default     = "on-demand"
  nullable    = false

  validation {
    condition     = contains(["on-demand", "provisioned"], var.capacity_mode)
    error_message = "capacity_mode must be on-demand or provisioned."
  }
}

variable "on_demand_cap" {
  description = "The most units a second that the table, and each index, takes before it throttles: the fuse of a runaway bill."
  type        = object({ read = optional(number, 400), write = optional(number, 200) })
  default     = {}
  nullable    = false

  validation {
    condition     = min(var.on_demand_cap.read, var.on_demand_cap.write) >= 10
    error_message = "on_demand_cap must be 10 units a second or more: a single tournament needs them."
  }
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
  default  = {}
  nullable = false

  validation {
    condition = (
      var.provisioned.read_min >= 1 && var.provisioned.read_min <= var.provisioned.read_max &&
      var.provisioned.write_min >= 1 && var.provisioned.write_min <= var.provisioned.write_max
    )
    error_message = "provisioned: read_min and write_min must be 1 or more, and at most read_max and write_max."
  }

  validation {
    condition     = var.provisioned.target_utilization >= 20 && var.provisioned.target_utilization <= 90
    error_message = "provisioned: target_utilization is a percentage from 20 to 90, as DynamoDB wants it."
  }
}

variable "kms_key_arn" {
  description = "A key of the account's own that encrypts table, secret, queues and logs, at $1 a month; null for AWS's own. Its policy must let logs.REGION.amazonaws.com use it."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9a-f-]+$", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key, not of its alias: arn:aws:kms:REGION:ACCOUNT:key/ID."
  }

  validation {
    condition     = var.kms_key_arn == null || try(split(":", var.kms_key_arn)[3] == var.region, false)
    error_message = "kms_key_arn must be a key of this region, ${var.region}."
  }
}
