# Each alarm watches one metric, since each metric of an alarm beyond the account's first ten is $0.10 a month; a test
# holds their number against infra/cost/idle.py. What each means, and what to do, is in docs/runbook.md.

locals {
  # One that is bad in a minute of the last five: an error is told of at once, and is over after five minutes without.
  once = { period = 60, periods = 5, bad = 1 }

  errors = {
    for function in ["discord", "slack", "commands", "turns", "web"] : "${function}-errors" => merge(local.once, {
      what       = "An invocation of ${function} ended with an error or by its timeout."
      namespace  = "AWS/Lambda"
      metric     = "Errors"
      dimensions = { FunctionName = var.function_names[function] }
      statistic  = "Sum"
      threshold  = 1
      missing    = "notBreaching"
    })
  }

  slow = {
    for function in ["discord", "slack"] : "${function}-slow" => merge(local.once, {
      what       = "The webhook of ${function} took nearly the three seconds that the platform gives."
      namespace  = "AWS/Lambda"
      metric     = "Duration"
      dimensions = { FunctionName = var.function_names[function] }
      statistic  = "Maximum"
      threshold  = var.webhook_milliseconds
      missing    = "notBreaching"
    })
  }

  dead_letters = {
    for queue in ["commands", "turns"] : "${queue}-dead-letters" => {
      what       = "A message of the queue ${queue} failed five times and was put aside."
      namespace  = "AWS/SQS"
      metric     = "ApproximateNumberOfMessagesVisible"
      dimensions = { QueueName = var.dead_letter_names[queue] }
      statistic  = "Maximum"
      threshold  = 1
      missing    = "notBreaching"
      period     = 300
      periods    = 1
      bad        = 1
    }
  }

  # Of the table alone: its three indexes would be six alarms more. Ours count theirs too (Throttles, on the dashboard).
  table_throttles = {
    for what in ["Read", "Write"] : "table-${lower(what)}-throttles" => merge(local.once, {
      what       = "DynamoDB refused requests: the cap of the table (on_demand_cap) or of a partition was reached."
      namespace  = "AWS/DynamoDB"
      metric     = "${what}ThrottleEvents"
      dimensions = { TableName = var.table_name }
      statistic  = "Sum"
      threshold  = 10
      missing    = "notBreaching"
    })
  }

  others = {
    sweeper-errors = {
      # It runs every minute, so no figure at all says that the schedule, or the function, is gone.
      what       = "The sweeper has failed, or has not run, in three of the last five minutes."
      namespace  = "AWS/Lambda"
      metric     = "Errors"
      dimensions = { FunctionName = var.function_names["sweeper"] }
      statistic  = "Sum"
      threshold  = 1
      missing    = "breaching"
      period     = 60
      periods    = 5
      bad        = 3
    }
    throttles = merge(local.once, {
      # Without a function's name it is all functions of account and region, who share one limit.
      what       = "Lambda refused invocations: the account's functions together are at their limit."
      namespace  = "AWS/Lambda"
      metric     = "Throttles"
      dimensions = {}
      statistic  = "Sum"
      threshold  = 1
      missing    = "notBreaching"
    })
    api-4xx = {
      what       = "Many requests were refused: a wrong key, a wrong address, or somebody who tries."
      namespace  = "AWS/ApiGateway"
      metric     = "4xx"
      dimensions = { ApiId = var.api_id }
      statistic  = "Sum"
      threshold  = var.client_errors
      missing    = "notBreaching"
      period     = 300
      periods    = 1
      bad        = 1
    }
    api-5xx = merge(local.once, {
      what       = "The API could not answer: a function failed, or took too long, or was throttled."
      namespace  = "AWS/ApiGateway"
      metric     = "5xx"
      dimensions = { ApiId = var.api_id }
      statistic  = "Sum"
      threshold  = 1
      missing    = "notBreaching"
    })
    oldest-turn = {
      what       = "A duel's turn has waited longer than an invocation may take: the workers do not keep up, or fail."
      namespace  = "AWS/SQS"
      metric     = "ApproximateAgeOfOldestMessage"
      dimensions = { QueueName = var.queue_names["turns"] }
      statistic  = "Maximum"
      threshold  = var.oldest_turn_seconds
      missing    = "notBreaching"
      period     = 300
      periods    = 1
      bad        = 1
    }
  }

  alarms = merge(local.errors, local.slow, local.dead_letters, local.table_throttles, local.others)

  # A release is taken back when one of these goes off while it is new: what a version can break, and no weather. Not the
  # sweeper's: it runs once a minute, so a part of its traffic shows nothing, and without a figure its alarm is on.
  rollback = concat(keys(local.errors), keys(local.slow), ["api-5xx"])
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.what} What to do is in docs/runbook.md."
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = each.value.period
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.value.threshold
  evaluation_periods  = each.value.periods
  datapoints_to_alarm = each.value.bad
  treat_missing_data  = each.value.missing
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}
