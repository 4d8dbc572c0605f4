# What an account needs once, before the first environment: a bucket for Terraform's state, one for the packages, and roles
# that the pipeline takes by OpenID Connect, so that no key of the account is stored anywhere. bootstrap.sh runs it.

terraform {
  # 1.11 is the first whose S3 backend locks by itself, without a DynamoDB table.
  required_version = ">= 1.11.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.25"
    }
  }

  backend "s3" {}
}

provider "aws" {
  region              = var.region
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = {
      Project   = var.name
      ManagedBy = "terraform"
    }
  }
}

data "aws_partition" "current" {}

locals {
  partition = data.aws_partition.current.partition
  pipeline  = var.github_repository == null ? 0 : 1

  # What arena/ puts before every name, by environment.
  prefixes = { for environment in ["dev", "staging", "prod"] : environment => "${var.name}-${environment}" }
}
