# The one table, as engine/stores/_dynamo_keys.py describes it; a test holds keys and indexes against that file.

locals {
  key_attributes = {
    pk        = "S"
    sk        = "S"
    newest_pk = "S"
    newest_sk = "S"
    open_pk   = "S"
    open_sk   = "S"
    wake_pk   = "S"
    wake_sk   = "N"
  }

  indexes = ["newest", "open", "wake"]

  on_demand = var.capacity_mode == "on-demand"
}

resource "aws_dynamodb_table" "this" {
  # checkov:skip=CKV_AWS_119: the key that AWS owns encrypts it at no price; kms_key_arn is the option
  name         = var.name
  billing_mode = local.on_demand ? "PAY_PER_REQUEST" : "PROVISIONED"
  hash_key     = "pk"
  range_key    = "sk"

  read_capacity  = local.on_demand ? null : var.provisioned.read_min
  write_capacity = local.on_demand ? null : var.provisioned.write_min

  deletion_protection_enabled = var.deletion_protection

  stream_enabled   = var.stream
  stream_view_type = var.stream ? "NEW_AND_OLD_IMAGES" : null

  dynamic "attribute" {
    for_each = local.key_attributes

    content {
      name = attribute.key
      type = attribute.value
    }
  }

  dynamic "global_secondary_index" {
    for_each = toset(local.indexes)

    content {
      name            = global_secondary_index.key
      hash_key        = "${global_secondary_index.key}_pk"
      range_key       = "${global_secondary_index.key}_sk"
      projection_type = "KEYS_ONLY"

      # Not scaled: Terraform cannot leave an index's capacity to a scaler without losing sight of the index.
      read_capacity  = local.on_demand ? null : var.provisioned.index_read
      write_capacity = local.on_demand ? null : var.provisioned.index_write

      dynamic "on_demand_throughput" {
        for_each = local.on_demand ? [var.on_demand_cap] : []

        content {
          max_read_request_units  = on_demand_throughput.value.read
          max_write_request_units = on_demand_throughput.value.write
        }
      }
    }
  }

  dynamic "on_demand_throughput" {
    for_each = local.on_demand ? [var.on_demand_cap] : []

    content {
      max_read_request_units  = on_demand_throughput.value.read
      max_write_request_units = on_demand_throughput.value.write
    }
  }

  point_in_time_recovery {
    enabled                 = var.recovery_days > 0
    recovery_period_in_days = var.recovery_days > 0 ? var.recovery_days : null
  }

  # Everything is encrypted at rest anyway, by a key that AWS owns and bills nobody for. "enabled" is another key: the
  # account's own of AWS, or the one that is named, whose requests are paid for.
  server_side_encryption {
    enabled     = var.kms_key_arn != null
    kms_key_arn = var.kms_key_arn
  }

  # No item carries the attribute today: what must end is ended by the sweeper, which also tells people. It is on so that
  # a version which writes it (seconds since 1970) needs no change of the table, and it costs nothing.
  ttl {
    enabled        = true
    attribute_name = "expires_at"
  }

  lifecycle {
    # With capacity_mode provisioned they are the scaler's.
    ignore_changes = [read_capacity, write_capacity]
  }
}
