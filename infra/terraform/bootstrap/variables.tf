variable "name" {
  description = "What everything's name begins with, as in the environments."
  type        = string
  default     = "arena"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", var.name))
    error_message = "name may hold small letters and digits, with single hyphens between, and begins with a letter."
  }

  validation {
    condition     = length("${var.name}-artifacts-${var.account_id}-${var.region}") <= 63
    error_message = "name is too long: S3 takes 63 characters for ${var.name}-artifacts-${var.account_id}-${var.region}."
  }
}

variable "account_id" {
  description = "The AWS account; with another account's credentials nothing is done."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits: `aws sts get-caller-identity` says yours."
  }
}

variable "region" {
  description = "Where the two buckets are: the region of the environments, since Lambda takes packages from its own alone."
  type        = string
  nullable    = false
}

variable "github_repository" {
  description = "OWNER/NAME of the repository whose pipeline deploys, or OWNER@ID/NAME@ID of one that was made or renamed since 15 July 2026, as GitHub's tokens name it; null when you deploy from your own machine."
  type        = string
  default     = null

  validation {
    condition     = var.github_repository == null || can(regex("^[A-Za-z0-9-]+(/[A-Za-z0-9._-]+|@[0-9]+/[A-Za-z0-9._-]+@[0-9]+)$", var.github_repository))
    error_message = "github_repository is OWNER/NAME or OWNER@ID/NAME@ID, without https://github.com/."
  }
}

variable "github_branch" {
  description = "The branch that is built and deployed."
  type        = string
  default     = "main"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9._/-]+$", var.github_branch))
    error_message = "github_branch is the name of one branch."
  }
}

variable "github_oidc_provider_arn" {
  description = "The account's identity provider for GitHub, of which there can be one; null to have it made."
  type        = string
  default     = null

  validation {
    condition     = var.github_oidc_provider_arn == null || can(regex("^arn:aws:iam::[0-9]{12}:oidc-provider/token\\.actions\\.githubusercontent\\.com$", var.github_oidc_provider_arn))
    error_message = "github_oidc_provider_arn ends in :oidc-provider/token.actions.githubusercontent.com: `aws iam list-open-id-connect-providers` says it."
  }
}

variable "hosted_zone_ids" {
  description = "The Route 53 zones in which the pipeline may write records; none without domains of your own."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "vpc" {
  description = "Whether an environment runs in a VPC, so that the pipeline may make security groups and endpoints."
  type        = bool
  default     = false
  nullable    = false
}
