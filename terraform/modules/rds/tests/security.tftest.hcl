mock_provider "aws" {
  mock_resource "aws_db_instance" {
    defaults = {
      address = "database.example.com"
      arn     = "arn:aws:rds:eu-west-1:123456789012:db:example"
    }
  }

  mock_resource "aws_secretsmanager_secret" {
    defaults = { id = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:example/DATABASE_URL-1" }
  }
}

variables {
  name                  = "example"
  vpc_id                = "vpc-1"
  subnet_ids            = ["subnet-1", "subnet-2"]
  instance_class        = "db.m7g.large"
  storage_gb            = 100
  max_storage_gb        = 1000
  backup_retention_days = 14
  password              = "of-the-test-alone"
  password_version      = 1
  written               = []
  apply_immediately     = false
  kms_key_arn           = "arn:aws:kms:eu-west-1:123456789012:key/example"
  log_retention_days    = 90
  deletion_protection   = true
}

run "the_database_is_private_encrypted_and_kept" {
  assert {
    condition     = !aws_db_instance.this.publicly_accessible
    error_message = "The database has an address of the internet."
  }

  assert {
    condition     = aws_db_instance.this.storage_encrypted && aws_db_instance.this.kms_key_id == var.kms_key_arn && aws_db_instance.this.performance_insights_kms_key_id == var.kms_key_arn
    error_message = "The database does not encrypt with the installation's key."
  }

  assert {
    condition     = contains([for parameter in aws_db_parameter_group.this.parameter : "${parameter.name}=${parameter.value}"], "rds.force_ssl=1")
    error_message = "The database speaks in clear."
  }

  assert {
    condition     = aws_db_instance.this.multi_az && aws_db_instance.this.backup_retention_period == 14 && aws_db_instance.this.deletion_protection && !aws_db_instance.this.skip_final_snapshot
    error_message = "The database can be lost."
  }

  assert {
    condition     = aws_db_instance.this.engine == "postgres" && startswith(aws_db_instance.this.engine_version, "14")
    error_message = "Not PostgreSQL 14."
  }
}

run "nobody_may_connect_unless_somebody_says_so" {
  assert {
    condition     = length(aws_security_group.this.ingress) == 0 && length(aws_security_group.this.egress) == 0
    error_message = "The database's security group has rules of its own."
  }
}

run "the_password_is_in_no_state" {
  assert {
    condition     = aws_db_instance.this.password == null && aws_secretsmanager_secret_version.url.secret_string == null
    error_message = "A password is in the state."
  }

  assert {
    condition     = aws_secretsmanager_secret.url.kms_key_id == var.kms_key_arn
    error_message = "DATABASE_URL is not encrypted with the installation's key."
  }
}

run "backups_cannot_be_switched_off" {
  command = plan

  variables {
    backup_retention_days = 0
  }

  expect_failures = [var.backup_retention_days]
}

run "clients_know_the_server" {
  assert {
    condition     = local.place == "database.example.com:5432/agentidp?sslmode=verify-full"
    error_message = "Another server may pass for the database."
  }
}

run "no_value_is_in_the_log" {
  assert {
    condition     = alltrue([for parameter in aws_db_parameter_group.this.parameter : !startswith(parameter.name, "log_")])
    error_message = "The database's log tells of statements, and with them of values."
  }
}
