# Who is told of what.

variable "alarm_emails" {
  description = "Who is written to by alarms, budgets and unusual costs; each confirms the alarms' first mail once. None: nobody is."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for email in var.alarm_emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", email))])
    error_message = "alarm_emails takes mail addresses, such as [\"host@example.org\"]."
  }

  validation {
    condition     = length(var.alarm_emails) <= 10
    error_message = "alarm_emails takes ten addresses at most, as AWS Budgets does: use one of a list of yours."
  }
}

variable "webhook_milliseconds" {
  description = "From how many milliseconds on a webhook is called slow; Discord and Slack give up at 3000, the way to them included."
  type        = number
  default     = 2000
  nullable    = false

  validation {
    condition     = var.webhook_milliseconds >= 100 && var.webhook_milliseconds < 3000
    error_message = "webhook_milliseconds must be 100 to 2999: at 3,000 the platforms have given up."
  }
}

variable "client_errors" {
  description = "From how many refused requests (4xx) in five minutes on somebody is told; a few are usual."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.client_errors >= 1
    error_message = "client_errors must be 1 or more."
  }
}

variable "oldest_turn_seconds" {
  description = "From which age on the oldest waiting turn is too old."
  type        = number
  default     = 1200
  nullable    = false

  validation {
    condition     = var.oldest_turn_seconds > 900
    error_message = "oldest_turn_seconds must be more than 900: for so long a turn may be at work."
  }
}

variable "budgets_usd" {
  description = "A budget for each, in US dollars a month: alarm_emails are told when it is foreseen, and when it is reached."
  type        = list(number)
  default     = [5, 10, 20]
  nullable    = false

  validation {
    condition     = alltrue([for limit in var.budgets_usd : limit > 0])
    error_message = "budgets_usd takes amounts above 0."
  }
}

variable "cost_tag" {
  description = "NAME$VALUE of a tag that is activated for billing, by which budgets count this environment alone; null: the whole account."
  type        = string
  default     = null

  validation {
    condition     = var.cost_tag == null || can(regex("^[^$]+\\$[^$]+$", var.cost_tag))
    error_message = "cost_tag is NAME$VALUE, such as Environment$dev; activate the tag on the billing console a day before."
  }
}

variable "anomaly_monitor" {
  description = "create: make the account's monitor of unusual costs, of which there can be one. existing: use anomaly_monitor_arn. none: no such mails."
  type        = string
  default     = "none"
  nullable    = false

  validation {
    condition     = contains(["create", "existing", "none"], var.anomaly_monitor)
    error_message = "anomaly_monitor must be create, existing or none."
  }

  validation {
    condition     = (var.anomaly_monitor == "existing") == (var.anomaly_monitor_arn != null)
    error_message = "anomaly_monitor = \"existing\" and anomaly_monitor_arn go together: `aws ce get-anomaly-monitors` says the ARN."
  }
}

variable "anomaly_monitor_arn" {
  description = "The account's monitor of unusual costs, with anomaly_monitor = \"existing\"."
  type        = string
  default     = null
}

variable "anomaly_usd" {
  description = "From how many US dollars above the usual on a day's mail tells of unusual costs."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.anomaly_usd > 0
    error_message = "anomaly_usd must be above 0."
  }
}
