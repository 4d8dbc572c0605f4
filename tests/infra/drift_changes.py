"""Changes that the drift test must find: what is written, what is written instead, and where the difference is said."""

from __future__ import annotations

from typing import Final, NamedTuple


class Change(NamedTuple):
    """``expected`` is how a line of the differences begins."""

    old: str
    new: str
    expected: str


OF_TERRAFORM: Final = {
    "modules/functions/main.tf": {
        "memory": Change("memory_mb       = 512", "memory_mb       = 1024", "functions.commands.memory_mb"),
        "a timeout": Change("timeout_seconds = 900", "timeout_seconds = 600", "functions.turns.seconds"),
        "a handler": Change("lambda_interactions.sweeper", "lambda_interactions.worker", "functions.sweeper.handler"),
        "the runtime": Change("python3.13", "python3.14", "functions.web.runtime"),
        "a package": Change('package         = "slack"', 'package         = "worker"', "functions.slack.package"),
        "an architecture": Change(
            'webhook_architecture = "arm64"', 'webhook_architecture = "x86_64"', "architectures.discord"
        ),
        "an alias": Change('alias   = "live"', 'alias   = "newest"', "aliases"),
        "recursion": Change('recursive_loop = "Allow"', 'recursive_loop = "Terminate"', "recursion"),
    },
    "modules/functions/environment.tf": {
        "a missing variable": Change(
            "    TURNS_QUEUE_URL        = var.queue_urls.turns\n", "", "functions.turns.variables"
        ),
        "a variable's value": Change(
            "TURNS_QUEUE_URL        = var.queue_urls.turns",
            "TURNS_QUEUE_URL        = var.queue_urls.commands",
            "told.turns.TURNS_QUEUE_URL",
        ),
    },
    "arena/main.tf": {
        "a variable of another": Change(
            "public_key     = var.discord_public_key == null",
            "public_key     = var.discord_application_id != null",
            "told.discord.DISCORD_PUBLIC_KEY",
        ),
    },
    "modules/functions/roles.tf": {
        "a further action": Change(
            '"dynamodb:DeleteItem",', '"dynamodb:DeleteItem",\n        "dynamodb:DeleteTable",', "may.turns"
        ),
        "an action on another": Change(
            '"secretsmanager:GetSecretValue"]\n      Resource = [var.secret_arn]',
            '"secretsmanager:GetSecretValue"]\n      Resource = ["*"]',
            "may.slack",
        ),
        "a role that may more": Change(
            'discord  = ["queue_commands"]', 'discord  = ["queue_commands", "read_secret"]', "may.discord"
        ),
    },
    "modules/functions/events.tf": {
        "a batch": Change("batch_size              = 10", "batch_size              = 1", "sources.turns:live.batch"),
        "partial answers": Change('["ReportBatchItemFailures"]', "[]", "sources.turns:live.partial"),
        "the schedule": Change("rate(1 minute)", "rate(5 minutes)", "schedule.sweeper:live"),
        "what the schedule calls": Change(
            'arn      = aws_lambda_alias.live["sweeper"].arn',
            'arn      = aws_lambda_alias.live["turns"].arn',
            "schedule.sweeper:live",
        ),
    },
    "arena/variables_code.tf": {
        "invocations at once": Change(
            "turns = optional(number, 2)", "turns = optional(number, 5)", "sources.turns:live.at_once"
        ),
        "how long logs are kept": Change("default     = 7", "default     = 14", "logs.turns"),
    },
    "modules/api/main.tf": {
        "a route": Change('"HEAD /api/{proxy+}"    = "web"\n', "", "routes.HEAD /api/{proxy+}"),
        "where a route leads": Change(
            '"POST /slack"           = "slack"', '"POST /slack"           = "discord"', "routes.POST /slack"
        ),
    },
    "arena/variables_api.tf": {
        "throttling": Change("50", "500", "throttling.rate"),
    },
    "modules/queues/main.tf": {
        "a visibility timeout": Change("5400", "900", "queues.turns.visibility_seconds"),
        "a retention": Change(
            "retention_seconds = 1209600", "retention_seconds = 86400", "queues.commands-dead.retention_seconds"
        ),
        "a redrive": Change("max_receives = 5", "max_receives = 3", "queues.commands.receives"),
    },
    "modules/data/table.tf": {
        "the stream": Change("stream_enabled   = var.stream", "stream_enabled   = false", "kept.stream"),
        "an index": Change('["newest", "open", "wake"]', '["newest", "open"]', "table.indexes.wake"),
        "an index's key": Change("${global_secondary_index.key}_sk", "sk", "table.indexes.open.keys.RANGE"),
        "an index's projection": Change('"KEYS_ONLY"', '"ALL"', "table.indexes.newest.projection"),
        "a key's type": Change('wake_sk   = "N"', 'wake_sk   = "S"', "table.attributes.wake_sk"),
        "a key": Change('range_key    = "sk"', 'range_key    = "newest_sk"', "table.keys.RANGE"),
    },
}
"""By file, and by what is changed there."""

OF_SAM: Final = {
    "memory": Change("MemorySize: 512", "MemorySize: 256", "functions.commands.memory_mb"),
    "a timeout": Change("Timeout: 900", "Timeout: 60", "functions.turns.seconds"),
    "a handler": Change(
        "lambda_interactions.slack.handler", "lambda_interactions.discord.handler", "functions.slack.handler"
    ),
    "the runtime": Change("python3.13", "python3.14", "functions.web.runtime"),
    "a package": Change("slack-arm64.zip", "worker-arm64.zip", "functions.slack.package"),
    "an architecture": Change("Architectures: [arm64]", "Architectures: [x86_64]", "architectures.turns"),
    "an alias": Change("AutoPublishAlias: live", "AutoPublishAlias: newest", "aliases"),
    "recursion": Change("RecursiveLoop: Allow", "RecursiveLoop: Terminate", "recursion"),
    "a missing variable": Change("          ARENA_SEALING_KEY: !Ref SealingKey\n", "", "functions.discord.variables"),
    "a variable's value": Change(
        "TURNS_QUEUE_URL: !Ref TurnsQueue", "TURNS_QUEUE_URL: !Ref CommandsQueue", "told.turns.TURNS_QUEUE_URL"
    ),
    "a further action": Change(
        "- dynamodb:PutItem", "- dynamodb:PutItem\n                  - dynamodb:Scan", "may.sweeper"
    ),
    "a batch": Change("BatchSize: 10", "BatchSize: 5", "sources.commands:live.batch"),
    "partial answers": Change("[ReportBatchItemFailures]", "[]", "sources.turns:live.partial"),
    "the wrong queue": Change(
        "Queue: !GetAtt TurnsQueue.Arn", "Queue: !GetAtt CommandsQueue.Arn", "sources.turns:live.queue"
    ),
    "invocations at once": Change("Default: 2", "Default: 20", "sources.turns:live.at_once"),
    "the schedule": Change("rate(1 minute)", "rate(1 hour)", "schedule.sweeper:live"),
    "retries": Change(
        "RetryPolicy: { MaximumRetryAttempts: 0",
        "RetryPolicy: { MaximumRetryAttempts: 9",
        "retries.schedule of sweeper:live",
    ),
    "a route": Change("RouteKey: GET /health", "RouteKey: GET /healthy", "routes.GET /health"),
    "a permission": Change(
        "FunctionName: !Ref SlackFunction.Alias", "FunctionName: !Ref DiscordFunction.Alias", "called_by_api"
    ),
    "a redrive to another": Change(
        "deadLetterTargetArn: !GetAtt TurnsDeadLetters.Arn",
        "deadLetterTargetArn: !GetAtt CommandsDeadLetters.Arn",
        "queues.turns.dead_letters",
    ),
    "a visibility timeout": Change(
        "VisibilityTimeout: 360", "VisibilityTimeout: 60", "queues.commands.visibility_seconds"
    ),
    "the size of messages": Change("MaximumMessageSize: 1048576", "MaximumMessageSize: 262144", "message_bytes.turns"),
    "an index's key": Change(
        "AttributeName: wake_sk, KeyType", "AttributeName: sk, KeyType", "table.indexes.wake.keys.RANGE"
    ),
    "a key's type": Change(
        "AttributeName: wake_sk, AttributeType: N",
        "AttributeName: wake_sk, AttributeType: S",
        "table.attributes.wake_sk",
    ),
    "a cap": Change("MaxWriteRequestUnits: 200", "MaxWriteRequestUnits: 2000", "kept.cap.write"),
    "point-in-time recovery": Change(
        "PointInTimeRecoveryEnabled: true", "PointInTimeRecoveryEnabled: false", "kept.recovery_days"
    ),
}
