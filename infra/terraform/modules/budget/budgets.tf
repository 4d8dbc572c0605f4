# Told before money is spent, and when it is. Budgets that only write mails cost nothing. They lag by up to a day: what
# stops a runaway bill within minutes is the table's cap and the workers' concurrency.

locals {
  watched = length(var.emails) > 0
}

resource "aws_budgets_budget" "month" {
  for_each = local.watched ? { for limit in var.limits_usd : tostring(limit) => limit } : {}

  name         = "${var.name}-${each.key}-usd"
  budget_type  = "COST"
  limit_amount = each.key
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  dynamic "cost_filter" {
    for_each = var.cost_tag == null ? [] : [var.cost_tag]

    content {
      name   = "TagKeyValue"
      values = ["user:${cost_filter.value}"]
    }
  }

  dynamic "notification" {
    for_each = ["FORECASTED", "ACTUAL"]

    content {
      notification_type          = notification.value
      comparison_operator        = "GREATER_THAN"
      threshold                  = 100
      threshold_type             = "PERCENTAGE"
      subscriber_email_addresses = var.emails
    }
  }
}
