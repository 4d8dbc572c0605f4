# What can be known of the account before anything is made.

locals {
  # At once: what the queues may start, a sweep, and one request of each webhook and of a page.
  concurrency_needed   = sum(values(var.event_concurrency)) + length(local.function_names) - 2
  concurrency_reserved = sum(concat([0], values(var.reserved_concurrency)))

  # The models that are asked for in this region, by their ids.
  bedrock_models = toset([
    for arn in var.bedrock_model_arns : split("/", arn)[1]
    if strcontains(arn, ":${var.region}::foundation-model/")
  ])
}

# "Concurrent executions". A new account has 10, and AWS raises that when asked.
data "aws_servicequotas_service_quota" "concurrency" {
  service_code = "lambda"
  quota_code   = "L-B99A9384"

  lifecycle {
    postcondition {
      condition     = self.value >= local.concurrency_needed
      error_message = "This account may run ${self.value} functions at once in ${var.region}, and this asks for ${local.concurrency_needed}: lower event_concurrency, or ask AWS for more (Service Quotas, AWS Lambda, Concurrent executions)."
    }

    postcondition {
      # What is set aside must leave 100 to the account's other functions; in a new account, all of its 10.
      condition     = local.concurrency_reserved == 0 || self.value - local.concurrency_reserved >= min(100, self.value)
      error_message = "reserved_concurrency sets ${local.concurrency_reserved} aside, and this account has ${self.value} in ${var.region}, of which Lambda keeps ${min(100, self.value)} for everything else: leave it out, or ask AWS for more (Service Quotas, AWS Lambda, Concurrent executions)."
    }
  }
}

# The packages were uploaded before: a key that is not there would be found in the middle of making things.
data "aws_s3_objects" "packages" {
  for_each = local.packages_needed

  bucket   = var.artifacts_bucket
  prefix   = lookup(var.packages, each.key, "missing")
  max_keys = 1

  lifecycle {
    postcondition {
      condition     = length(self.keys) == 1
      error_message = "The bucket ${var.artifacts_bucket} holds no ${each.key} under ${lookup(var.packages, each.key, "missing")}: upload it with `python -m infra.deploy keep`."
    }
  }
}

data "aws_bedrock_foundation_models" "here" {
  count = length(local.bedrock_models) > 0 ? 1 : 0

  lifecycle {
    postcondition {
      condition     = length(setsubtract(local.bedrock_models, self.model_summaries[*].model_id)) == 0
      error_message = "Bedrock has no ${join(", ", setsubtract(local.bedrock_models, self.model_summaries[*].model_id))} in ${var.region}: `aws bedrock list-foundation-models` lists what it has."
    }
  }
}
