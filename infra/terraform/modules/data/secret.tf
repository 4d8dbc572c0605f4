# One JSON object of variables: ARENA_SECRET, the platforms' tokens, the model APIs' keys. Terraform makes the secret and
# never its value, so that nothing secret is in the state; docs/deploy.md says how the value gets there.

resource "aws_secretsmanager_secret" "this" {
  # checkov:skip=CKV_AWS_149: AWS's own key encrypts it; kms_key_arn is the option
  # checkov:skip=CKV2_AWS_57: Discord, Slack and the model APIs give new tokens on their pages only; docs/runbook.md has the way
  name                    = var.name
  description             = "What the functions of ${var.name} keep secret: one JSON object of environment variables."
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = var.secret_recovery_days
}
