variable "name" {
  description = "What the names of budgets and of the subscription begin with, for example arena-dev."
  type        = string
  nullable    = false
}

variable "emails" {
  description = "Who is written to; one address at least, or nothing here is made."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.emails) <= 10
    error_message = "AWS Budgets writes to ten addresses at most."
  }
}

variable "limits_usd" {
  description = "A budget for each, in US dollars a month, of the whole account: AWS does not know what belongs to an arena before its tags are activated for billing."
  type        = list(number)
  default     = [5, 10, 20]
  nullable    = false

  validation {
    condition     = alltrue([for limit in var.limits_usd : limit > 0])
    error_message = "limits_usd takes amounts above 0."
  }
}

variable "cost_tag" {
  description = "A tag as NAME$VALUE, such as arena$dev, by which the budgets count this environment alone. It must have been activated as a cost allocation tag of the account, a day before. null: the whole account."
  type        = string
  default     = null

  validation {
    condition     = var.cost_tag == null || can(regex("^[^$]+\\$[^$]+$", var.cost_tag))
    error_message = "cost_tag is NAME$VALUE, such as arena$dev."
  }
}

variable "anomaly_monitor" {
  description = "create: make the account's monitor of AWS services, of which there can be one only (a new account has one named Default-Services-Monitor). existing: use the one whose ARN is anomaly_monitor_arn. none: no anomaly detection."
  type        = string
  default     = "none"
  nullable    = false

  validation {
    condition     = contains(["create", "existing", "none"], var.anomaly_monitor)
    error_message = "anomaly_monitor must be create, existing or none."
  }
}

variable "anomaly_monitor_arn" {
  description = "The ARN of the account's monitor, with anomaly_monitor = \"existing\": aws ce get-anomaly-monitors shows it."
  type        = string
  default     = null
}

variable "anomaly_usd" {
  description = "From how many US dollars above what is usual on a day's mail tells of an anomaly."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.anomaly_usd > 0
    error_message = "anomaly_usd must be above 0."
  }
}
