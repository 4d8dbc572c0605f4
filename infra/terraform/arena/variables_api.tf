# How the API is reached.

variable "throttling" {
  description = "Requests a second that the API takes in the long run, and at once; more are answered with 429."
  type        = object({ rate = optional(number, 50), burst = optional(number, 100) })
  default     = {}
  nullable    = false

  validation {
    condition     = min(var.throttling.rate, var.throttling.burst) >= 1
    error_message = "throttling must let 1 request a second or more through."
  }
}

variable "api_domain_name" {
  description = "The API's own name, for example api.arena.example; null for AWS's."
  type        = string
  default     = null

  validation {
    condition     = var.api_domain_name == null || can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.api_domain_name))
    error_message = "api_domain_name is a name such as api.arena.example, without https://."
  }

  validation {
    condition     = var.api_domain_name == null || var.hosted_zone_id != null || var.api_certificate_arn != null
    error_message = "api_domain_name needs hosted_zone_id, where the certificate's proof is written; with the DNS elsewhere, api_certificate_arn of a validated certificate."
  }
}

variable "api_certificate_arn" {
  description = "A validated certificate for api_domain_name in this region; null to have one made."
  type        = string
  default     = null

  validation {
    condition     = var.api_certificate_arn == null || can(regex("^arn:aws:acm:${var.region}:[0-9]{12}:certificate/[0-9a-f-]+$", var.api_certificate_arn))
    error_message = "api_certificate_arn is the ARN of a certificate of this region, ${var.region}: API Gateway takes no other."
  }
}

variable "hosted_zone_id" {
  description = "The Route 53 zone of the names that are given; null when there are none, or the DNS is elsewhere."
  type        = string
  default     = null

  validation {
    condition     = var.hosted_zone_id == null || can(regex("^Z[A-Z0-9]{6,31}$", var.hosted_zone_id))
    error_message = "hosted_zone_id begins with Z, for example Z0123456789ABCDEFGHIJ: `aws route53 list-hosted-zones` says it behind /hostedzone/."
  }
}
