terraform {
  required_version = ">= 1.9.0"

  required_providers {
    # The first ones of version 6 refuse messages of more than 256 KiB.
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.25"
    }
  }
}
