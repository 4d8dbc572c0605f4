output "state_bucket" {
  description = "For backend.hcl of every environment."
  value       = aws_s3_bucket.this["state"].id
}

output "artifacts_bucket" {
  description = "For artifacts_bucket in terraform.tfvars of every environment."
  value       = aws_s3_bucket.this["artifacts"].id
}

output "permissions_boundary_arns" {
  description = "For permissions_boundary_arn in terraform.tfvars of each environment; none without a pipeline."
  value       = { for environment, boundary in aws_iam_policy.boundary : environment => boundary.arn }
}

output "deploy_role_arns" {
  description = "The role that the pipeline takes in each GitHub environment."
  value       = { for environment, role in aws_iam_role.deploy : environment => role.arn }
}

output "build_role_arn" {
  description = "The role that uploads what was built; null without a pipeline."
  value       = one(aws_iam_role.build[*].arn)
}

output "look_role_arn" {
  description = "The role that looks for drift and changes nothing; null without a pipeline."
  value       = one(aws_iam_role.look[*].arn)
}
