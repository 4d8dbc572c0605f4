# What tflint holds the Terraform against; ci.yml runs it. Its rules for AWS know values that AWS refuses.

tflint {
  required_version = ">= 0.60"
}

config {
  call_module_type = "local"
}

plugin "terraform" {
  enabled = true
  preset  = "recommended"
}

plugin "aws" {
  enabled = true
  version = "0.48.0"
  source  = "github.com/terraform-linters/tflint-ruleset-aws"
}
