# What tflint holds the Terraform against; ci.yml runs it. Its rules for AWS know what the schema does not: values that AWS refuses.

tflint {
  required_version = ">= 0.60"
}

config {
  call_module_type = "local"
}

plugin "terraform" {
  enabled = true
  preset  = "all"
}

plugin "aws" {
  enabled = true
  version = "0.48.0"
  source  = "github.com/terraform-linters/tflint-ruleset-aws"
}

# Variables and outputs stand where they are read: variables_*.tf by subject, checks and locals beside what they are for.
rule "terraform_standard_module_structure" {
  enabled = false
}
