# What runs, and how much of it.

variable "artifacts_bucket" {
  description = "The bucket of packages that bootstrap.sh has made."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.artifacts_bucket))
    error_message = "artifacts_bucket is the name of an S3 bucket, without s3://: bootstrap.sh says it."
  }
}

variable "packages" {
  description = "The SHA-256 of each package, which is its key in artifacts_bucket: what `python -m infra.deploy keep` writes."
  type        = map(string)
  nullable    = false

  validation {
    condition     = alltrue([for sha256 in values(var.packages) : can(regex("^[0-9a-f]{64}$", sha256))])
    error_message = "packages holds a SHA-256 of 64 hexadecimal digits for each package: take what `python -m infra.deploy keep` has written."
  }

  validation {
    condition     = length(setsubtract(local.packages_needed, keys(var.packages))) == 0
    error_message = "packages lacks ${join(" and ", setsubtract(local.packages_needed, keys(var.packages)))}: build with `make packages` and upload with `python -m infra.deploy keep`."
  }
}

variable "workers_architecture" {
  description = "arm64, or x86_64 to pair Swiss tournaments, whose time is a quarter dearer."
  type        = string
  default     = "arm64"
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.workers_architecture)
    error_message = "workers_architecture must be arm64 or x86_64."
  }
}

variable "log_level" {
  description = "Which lines the functions log: DEBUG, INFO, WARNING or ERROR."
  type        = string
  default     = "WARNING"
  nullable    = false

  validation {
    condition     = contains(["DEBUG", "INFO", "WARNING", "ERROR"], var.log_level)
    error_message = "log_level must be DEBUG, INFO, WARNING or ERROR."
  }
}

variable "log_retention_days" {
  description = "For how many days logs are kept."
  type        = number
  default     = 7
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365], var.log_retention_days)
    error_message = "log_retention_days must be one that CloudWatch knows: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180 or 365."
  }
}

variable "event_concurrency" {
  description = "How many invocations the queues commands and turns may have at once."
  type        = object({ commands = optional(number, 2), turns = optional(number, 2) })
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for count in values(var.event_concurrency) : count >= 2 && count <= 1000 && floor(count) == count])
    error_message = "event_concurrency must be whole numbers from 2 to 1000: Lambda takes no others."
  }
}

variable "reserved_concurrency" {
  description = "Concurrency set aside for a function, and its upper bound, by function."
  type        = map(number)
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(keys(var.reserved_concurrency), local.function_names)) == 0
    error_message = "reserved_concurrency knows ${join(", ", local.function_names)}."
  }

  validation {
    condition = alltrue([
      for queue in ["commands", "turns"] :
      lookup(var.reserved_concurrency, queue, 1000) >= var.event_concurrency[queue]
    ])
    error_message = "reserved_concurrency of commands and turns must be at least their event_concurrency: SQS would hand over what Lambda refuses, and messages would end among the dead letters."
  }
}

variable "provisioned_concurrency" {
  description = "Environments of a function that are kept warm, by function; each costs money day and night."
  type        = map(number)
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(keys(var.provisioned_concurrency), local.function_names)) == 0
    error_message = "provisioned_concurrency knows ${join(", ", local.function_names)}."
  }

  validation {
    condition     = alltrue([for name, count in var.provisioned_concurrency : count >= 1 && count <= lookup(var.reserved_concurrency, name, count)])
    error_message = "provisioned_concurrency must be 1 or more, and at most the function's reserved_concurrency if it has one; leave out what has none."
  }
}

variable "vpc" {
  description = "An existing VPC that the functions run in: its subnets need a way out of their own to Discord, Slack and the model APIs. Null: none, and no NAT to pay for."
  type = object({
    id              = string
    subnet_ids      = list(string)
    route_table_ids = list(string)
    make_endpoints  = optional(bool, true)
  })
  default = null

  validation {
    condition = var.vpc == null || try(
      can(regex("^vpc-[0-9a-f]+$", var.vpc.id)) &&
      alltrue([for id in var.vpc.subnet_ids : can(regex("^subnet-[0-9a-f]+$", id))]) &&
      alltrue([for id in var.vpc.route_table_ids : can(regex("^rtb-[0-9a-f]+$", id))]),
      false
    )
    error_message = "vpc wants ids: id of vpc-…, subnet_ids of subnet-…, route_table_ids of rtb-…."
  }

  validation {
    condition     = var.vpc == null || try(length(var.vpc.subnet_ids) >= 2, false)
    error_message = "vpc needs two subnet_ids or more, in different availability zones."
  }

  validation {
    condition     = var.vpc == null || try(!var.vpc.make_endpoints || length(var.vpc.route_table_ids) > 0, false)
    error_message = "vpc needs the route_table_ids of its subnets, or make_endpoints = false: DynamoDB's endpoint is a route."
  }
}

variable "bedrock_model_arns" {
  description = "The models and inference profiles of Bedrock that duels may ask; a profile needs the models behind it too."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for arn in var.bedrock_model_arns :
      can(regex("^arn:aws:bedrock:([a-z0-9-]*::foundation-model|[a-z0-9-]+:[0-9]{12}:(application-)?inference-profile)/[A-Za-z0-9.:_-]+$", arn))
    ])
    error_message = "bedrock_model_arns are whole ARNs without a star, for example arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-micro-v1:0."
  }
}

variable "deployment_config" {
  description = "How CodeDeploy moves functions to a new version."
  type        = string
  default     = "CodeDeployDefault.LambdaCanary10Percent5Minutes"
  nullable    = false

  validation {
    condition     = can(regex("^CodeDeployDefault\\.Lambda(AllAtOnce|(Canary|Linear)10Percent)", var.deployment_config))
    error_message = "deployment_config is one of AWS's for Lambda, for example CodeDeployDefault.LambdaCanary10Percent5Minutes or CodeDeployDefault.LambdaAllAtOnce."
  }
}

variable "permissions_boundary_arn" {
  description = "The permissions boundary of every role: bootstrap.sh makes one for each environment, without which the pipeline may make no role. Null for none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:aws:iam::[0-9]{12}:policy/.+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn is the ARN of a policy of this account, for example arn:aws:iam::111122223333:policy/arena-dev-boundary."
  }
}
