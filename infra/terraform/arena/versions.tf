terraform {
  required_version = ">= 1.9.0"

  required_providers {
    # From the version on whose schema all of this is checked against.
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.25"
    }
  }
}
