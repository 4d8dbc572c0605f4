variable "name" {
  description = "The API's name, for example arena-dev."
  type        = string
  nullable    = false
}

variable "functions" {
  description = "The functions that requests can be led to, by name: what API Gateway calls, and what it must be allowed to."
  type        = map(object({ function_name = string, invoke_arn = string }))
  nullable    = false
}

variable "served" {
  description = "Which of discord, slack and web have routes: a platform that is not set up has none."
  type        = set(string)
  nullable    = false
}

variable "alias" {
  description = "The functions' alias that is called."
  type        = string
  nullable    = false
}

variable "throttling" {
  description = "Requests a second that the API takes in the long run, and at once; more are answered with 429."
  type        = object({ rate = number, burst = number })
  default     = { rate = 50, burst = 100 }
  nullable    = false
}

variable "log_retention_days" {
  description = "For how many days the access log is kept."
  type        = number
  default     = 7
  nullable    = false
}

variable "kms_key_arn" {
  description = "The account's own key that encrypts the access log; null for AWS's own."
  type        = string
  default     = null
}

variable "domain_name" {
  description = "The API's own name, for example api.arena.example; null for AWS's."
  type        = string
  default     = null
}

variable "hosted_zone_id" {
  description = "The Route 53 zone in which that name and the certificate's proof are written; null when the DNS is elsewhere."
  type        = string
  default     = null
}

variable "certificate_arn" {
  description = "A validated certificate of this region for that name; null to have one made, which needs hosted_zone_id."
  type        = string
  default     = null
}
