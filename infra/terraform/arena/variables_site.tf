# The pages.

variable "site_domain_name" {
  description = "The pages' own name, for example arena.example; null for CloudFront's."
  type        = string
  default     = null

  validation {
    condition     = var.site_domain_name == null || can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.site_domain_name))
    error_message = "site_domain_name is a name such as arena.example, without https://."
  }

  validation {
    condition     = var.site_domain_name == null || var.hosted_zone_id != null || var.site_certificate_arn != null
    error_message = "site_domain_name needs hosted_zone_id, where the certificate's proof is written; with the DNS elsewhere, site_certificate_arn of a validated certificate."
  }
}

variable "site_certificate_arn" {
  description = "A validated certificate for site_domain_name in us-east-1, where CloudFront looks; null to have one made."
  type        = string
  default     = null

  validation {
    condition     = var.site_certificate_arn == null || can(regex("^arn:aws:acm:us-east-1:[0-9]{12}:certificate/[0-9a-f-]+$", var.site_certificate_arn))
    error_message = "site_certificate_arn is the ARN of a certificate in us-east-1: CloudFront takes no other."
  }
}

variable "site_public_keys" {
  description = "Public keys (PEM) of whoever signs links for members: CloudFront then shows duels to nobody without one. None: it asks for nothing."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.site_public_keys) == 0 || var.web_token_sha256 != null
    error_message = "site_public_keys needs web_token_sha256 as well: without it the API's own address, past CloudFront, shows the duels to everybody."
  }
}

variable "site_price_class" {
  description = "Where CloudFront keeps pages: PriceClass_100 (Europe, North America), PriceClass_200 or PriceClass_All."
  type        = string
  default     = "PriceClass_100"
  nullable    = false

  validation {
    condition     = contains(["PriceClass_100", "PriceClass_200", "PriceClass_All"], var.site_price_class)
    error_message = "site_price_class must be PriceClass_100, PriceClass_200 or PriceClass_All."
  }
}
