# One page of what happens. An account's first three dashboards of at most 50 metrics each cost nothing.

data "aws_region" "current" {}

locals {
  # Each: its title, the statistic, and its metrics as namespace, name, dimensions, and what is particular to one.
  graphs = [
    {
      title = "Webhooks: invocations and slowest answer (ms)"
      stat  = "Sum"
      metrics = [
        ["AWS/Lambda", "Invocations", "FunctionName", var.function_names["discord"]],
        ["AWS/Lambda", "Invocations", "FunctionName", var.function_names["slack"]],
        ["AWS/Lambda", "Duration", "FunctionName", var.function_names["discord"], { stat = "Maximum", yAxis = "right" }],
        ["AWS/Lambda", "Duration", "FunctionName", var.function_names["slack"], { stat = "Maximum", yAxis = "right" }],
      ]
    },
    {
      title = "Workers: invocations and those at once"
      stat  = "Sum"
      metrics = [
        ["AWS/Lambda", "Invocations", "FunctionName", var.function_names["commands"]],
        ["AWS/Lambda", "Invocations", "FunctionName", var.function_names["turns"]],
        ["AWS/Lambda", "Invocations", "FunctionName", var.function_names["web"]],
        ["AWS/Lambda", "ConcurrentExecutions", "FunctionName", var.function_names["commands"], { stat = "Maximum", yAxis = "right" }],
        ["AWS/Lambda", "ConcurrentExecutions", "FunctionName", var.function_names["turns"], { stat = "Maximum", yAxis = "right" }],
      ]
    },
    {
      title = "Errors and throttles"
      stat  = "Sum"
      metrics = concat(
        [for function in sort(keys(var.function_names)) : ["AWS/Lambda", "Errors", "FunctionName", var.function_names[function]]],
        [["AWS/Lambda", "Throttles"]],
      )
    },
    {
      title = "API"
      stat  = "Sum"
      metrics = [
        ["AWS/ApiGateway", "Count", "ApiId", var.api_id],
        ["AWS/ApiGateway", "4xx", "ApiId", var.api_id],
        ["AWS/ApiGateway", "5xx", "ApiId", var.api_id],
        ["AWS/ApiGateway", "Latency", "ApiId", var.api_id, { stat = "p99", yAxis = "right" }],
      ]
    },
    {
      title = "Queues: waiting, at work, put aside, age of the oldest (s)"
      stat  = "Maximum"
      metrics = [
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", var.queue_names["commands"]],
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", var.queue_names["turns"]],
        ["AWS/SQS", "ApproximateNumberOfMessagesNotVisible", "QueueName", var.queue_names["turns"]],
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", var.dead_letter_names["commands"]],
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", var.dead_letter_names["turns"]],
        ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", var.queue_names["turns"], { yAxis = "right" }],
      ]
    },
    {
      title = "Table: units and throttles"
      stat  = "Sum"
      metrics = [
        ["AWS/DynamoDB", "ConsumedReadCapacityUnits", "TableName", var.table_name],
        ["AWS/DynamoDB", "ConsumedWriteCapacityUnits", "TableName", var.table_name],
        ["AWS/DynamoDB", "ReadThrottleEvents", "TableName", var.table_name, { yAxis = "right" }],
        ["AWS/DynamoDB", "WriteThrottleEvents", "TableName", var.table_name, { yAxis = "right" }],
      ]
    },
    {
      # Our own (bot/metering/emf.py), of everything that runs in this account and region.
      title = "Duels: plies, and what went wrong"
      stat  = "Sum"
      metrics = [
        ["LLMDuelArena", "Plies", { yAxis = "right" }],
        ["LLMDuelArena", "Forfeits"],
        ["LLMDuelArena", "Voids"],
        ["LLMDuelArena", "FailuresUnfinished"],
        ["LLMDuelArena", "FailuresUnreadable"],
        ["LLMDuelArena", "FailuresIllegal"],
        ["LLMDuelArena", "Throttles"],
      ]
    },
    {
      title = "Models: what they cost ($) and how long a call takes (s)"
      stat  = "Sum"
      metrics = [
        ["LLMDuelArena", "Cost"],
        ["LLMDuelArena", "ModelCallTime", { stat = "p50", yAxis = "right" }],
        ["LLMDuelArena", "ModelCallTime", { stat = "p95", yAxis = "right" }],
      ]
    },
  ]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name

  dashboard_body = jsonencode({
    widgets = concat(
      [{
        type   = "alarm"
        width  = 24
        height = 4
        properties = {
          title  = "Alarms"
          alarms = values(aws_cloudwatch_metric_alarm.this)[*].arn
        }
      }],
      [for graph in local.graphs : {
        type   = "metric"
        width  = 12
        height = 6
        properties = {
          title   = graph.title
          region  = data.aws_region.current.region
          stat    = graph.stat
          period  = 300
          view    = "timeSeries"
          metrics = graph.metrics
        }
      }],
    )
  })
}
