terraform {
  required_version = ">= 1.9.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"

      # CloudFront takes certificates from us-east-1 alone, wherever the rest is.
      configuration_aliases = [aws.us_east_1]
    }
  }
}
