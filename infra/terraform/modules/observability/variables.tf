variable "name" {
  description = "What the names of alarms, topic and dashboard begin with, for example arena-dev."
  type        = string
  nullable    = false
}

variable "emails" {
  description = "Who is written to when an alarm goes off and when it is over; each confirms once, by a link in a first mail."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for email in var.emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", email))])
    error_message = "emails takes mail addresses, such as [\"host@example.org\"]."
  }
}

variable "function_names" {
  description = "The functions' names in the account by what they are: discord, slack, commands, turns, sweeper, web."
  type        = map(string)
  nullable    = false

  validation {
    condition     = length(setsubtract(["discord", "slack", "commands", "turns", "sweeper", "web"], keys(var.function_names))) == 0
    error_message = "function_names must name discord, slack, commands, turns, sweeper and web."
  }
}

variable "queue_names" {
  description = "The queues' names by what they carry: commands, turns."
  type        = map(string)
  nullable    = false
}

variable "dead_letter_names" {
  description = "The dead-letter queues' names by what they carry: commands, turns."
  type        = map(string)
  nullable    = false
}

variable "table_name" {
  description = "The name of the table."
  type        = string
  nullable    = false
}

variable "api_id" {
  description = "The id of the HTTP API."
  type        = string
  nullable    = false
}

variable "webhook_milliseconds" {
  description = "From how many milliseconds on a webhook is slow. Discord and Slack give 3,000; what is left is the way there and back, API Gateway and a cold start, none of which is in this figure."
  type        = number
  default     = 2000
  nullable    = false

  validation {
    condition     = var.webhook_milliseconds >= 100 && var.webhook_milliseconds < 3000
    error_message = "webhook_milliseconds must be 100 to 2999: at 3,000 the platforms have given up."
  }
}

variable "client_errors" {
  description = "From how many 4xx answers of the API in five minutes on somebody is told. A few are usual: Discord sends wrong signatures on purpose, and strangers try every address."
  type        = number
  default     = 100
  nullable    = false
}

variable "oldest_turn_seconds" {
  description = "From which age on the oldest waiting turn is too old. A message may be worked on for 900 seconds."
  type        = number
  default     = 1200
  nullable    = false

  validation {
    condition     = var.oldest_turn_seconds > 900
    error_message = "oldest_turn_seconds must be more than 900: so long a turn may be at work."
  }
}
