# What is dearer than usual, though below every budget. It costs nothing.

resource "aws_ce_anomaly_monitor" "services" {
  count = local.watched && var.anomaly_monitor == "create" ? 1 : 0

  name              = "${var.name}-services"
  monitor_type      = "DIMENSIONAL"
  monitor_dimension = "SERVICE"
}

resource "aws_ce_anomaly_subscription" "daily" {
  count = local.watched && var.anomaly_monitor != "none" ? 1 : 0

  name             = "${var.name}-anomalies"
  frequency        = "DAILY"
  monitor_arn_list = [coalesce(one(aws_ce_anomaly_monitor.services[*].arn), var.anomaly_monitor_arn)]

  dynamic "subscriber" {
    for_each = var.emails

    content {
      type    = "EMAIL"
      address = subscriber.value
    }
  }

  threshold_expression {
    dimension {
      key           = "ANOMALY_TOTAL_IMPACT_ABSOLUTE"
      match_options = ["GREATER_THAN_OR_EQUAL"]
      values        = [tostring(var.anomaly_usd)]
    }
  }

  lifecycle {
    precondition {
      condition     = var.anomaly_monitor != "existing" || var.anomaly_monitor_arn != null
      error_message = "anomaly_monitor = \"existing\" needs anomaly_monitor_arn: aws ce get-anomaly-monitors shows it."
    }
  }
}
