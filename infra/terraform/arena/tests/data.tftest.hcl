# Table and secret as a plan makes them.

mock_provider "aws" {}

variables {
  name = "arena-prod"
}

run "as_most_have_it" {
  command = plan

  module {
    source = "../modules/data"
  }

  assert {
    condition     = aws_dynamodb_table.this.billing_mode == "PAY_PER_REQUEST" && length(aws_appautoscaling_target.table) == 0
    error_message = "A table costs nothing when nobody plays."
  }

  assert {
    condition     = aws_dynamodb_table.this.deletion_protection_enabled && aws_dynamodb_table.this.point_in_time_recovery[0].enabled
    error_message = "A table can be restored, and is not deleted by accident."
  }

  assert {
    condition     = aws_dynamodb_table.this.on_demand_throughput[0].max_write_request_units == 200
    error_message = "A table has its fuse."
  }

  assert {
    condition     = aws_dynamodb_table.this.stream_view_type == "NEW_AND_OLD_IMAGES"
    error_message = "A mirror reads the stream."
  }

  assert {
    condition     = aws_secretsmanager_secret.this.kms_key_id == null && aws_secretsmanager_secret.this.recovery_window_in_days == 30
    error_message = "A secret can be had back, and its key costs nothing."
  }
}

run "provisioned" {
  command = plan

  module {
    source = "../modules/data"
  }

  variables {
    capacity_mode = "provisioned"
  }

  assert {
    condition     = join(", ", sort(keys(aws_appautoscaling_target.table))) == "read, write" && aws_dynamodb_table.this.billing_mode == "PROVISIONED"
    error_message = "A provisioned table follows its use."
  }

  assert {
    condition     = length(aws_dynamodb_table.this.on_demand_throughput) == 0
    error_message = "A provisioned table has no fuse beside its own bounds."
  }
}

run "thirty_six_days" {
  command = plan

  module {
    source = "../modules/data"
  }

  variables {
    recovery_days = 36
  }

  expect_failures = [var.recovery_days]
}

run "a_secret_that_comes_back_for_a_day" {
  command = plan

  module {
    source = "../modules/data"
  }

  variables {
    secret_recovery_days = 1
  }

  expect_failures = [var.secret_recovery_days]
}
