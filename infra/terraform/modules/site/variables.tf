variable "name" {
  description = "What the names of the bucket and of the distribution's policies begin with, for example arena-dev."
  type        = string
  nullable    = false

  validation {
    # With "-site-" and the account's twelve digits, a bucket's name has 63 characters at most.
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}[a-z0-9]$", var.name))
    error_message = "name must be 3 to 40 lower case letters, digits and hyphens, and begin with a letter: a bucket is called after it."
  }
}

variable "api_domain_name" {
  description = "The host of the HTTP API without https://, for example abc123.execute-api.eu-central-1.amazonaws.com."
  type        = string
  nullable    = false

  validation {
    condition     = !strcontains(var.api_domain_name, "/") && !strcontains(var.api_domain_name, ":")
    error_message = "api_domain_name is a host alone: no https:// and no path."
  }
}

variable "domain" {
  description = "The site's own address: its name, and either the Route 53 zone in which record and certificate are made, or the ARN of a certificate in us-east-1 that there is already (the DNS record is then yours to make). null: CloudFront's address."
  type = object({
    name            = string
    zone_id         = optional(string)
    certificate_arn = optional(string)
  })
  default = null

  validation {
    condition     = var.domain == null || try(var.domain.zone_id != null || var.domain.certificate_arn != null, false)
    error_message = "domain needs zone_id (a Route 53 zone) or certificate_arn (a certificate in us-east-1)."
  }

  validation {
    condition     = try(startswith(var.domain.certificate_arn, "arn:aws:acm:us-east-1:"), true)
    error_message = "domain.certificate_arn must be of us-east-1: CloudFront takes no other."
  }
}

variable "public_keys" {
  description = "PEM public keys (RSA 2048 or ECDSA P-256). With one or more, /api/* answers only who has a link signed with the private key of one of them: see sign.sh beside this file. Two, while one replaces the other."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for key in var.public_keys : startswith(trimspace(key), "-----BEGIN PUBLIC KEY-----")])
    error_message = "public_keys takes public keys only; a private key stays with you."
  }

  validation {
    condition     = length(var.public_keys) <= 5
    error_message = "CloudFront takes five keys in a group."
  }
}

variable "price_class" {
  description = "Where CloudFront answers from: PriceClass_100 (Europe and North America), PriceClass_200 or PriceClass_All."
  type        = string
  default     = "PriceClass_100"
  nullable    = false

  validation {
    condition     = contains(["PriceClass_100", "PriceClass_200", "PriceClass_All"], var.price_class)
    error_message = "price_class must be PriceClass_100, PriceClass_200 or PriceClass_All."
  }
}
