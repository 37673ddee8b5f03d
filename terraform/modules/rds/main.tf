locals {
  port = 5432

  # what clients are told but for the password; whoever cannot prove to be this database is not spoken to
  place = "${aws_db_instance.this.address}:${local.port}/${aws_db_instance.this.db_name}?sslmode=verify-full"
}

resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

# Whoever may connect adds a rule of its own; nothing that the database begins goes anywhere.
resource "aws_security_group" "this" {
  name        = "${var.name}-database"
  description = "PostgreSQL of ${var.name}"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-database" }
}

resource "aws_db_parameter_group" "this" {
  name_prefix = "${var.name}-postgres14-"
  description = "PostgreSQL of ${var.name}"
  family      = "postgres14"

  # up to 14 RDS also speaks in clear unless told otherwise
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  lifecycle {
    create_before_destroy = true
  }
}

# RDS would make them itself, and keep what is in them for ever.
resource "aws_cloudwatch_log_group" "this" {
  for_each = toset(["postgresql", "upgrade"])

  name              = "/aws/rds/instance/${var.name}/${each.key}"
  retention_in_days = var.log_retention_days
}

resource "aws_db_instance" "this" {
  identifier     = var.name
  engine         = "postgres"
  engine_version = "14"
  instance_class = var.instance_class

  db_name             = "agentidp"
  username            = "agentidp"
  password_wo         = var.password
  password_wo_version = var.password_version
  port                = local.port

  multi_az               = true
  publicly_accessible    = false
  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [aws_security_group.this.id]
  parameter_group_name   = aws_db_parameter_group.this.name
  ca_cert_identifier     = "rds-ca-rsa2048-g1"

  storage_type          = "gp3"
  allocated_storage     = var.storage_gb
  max_allocated_storage = var.max_storage_gb
  storage_encrypted     = true
  kms_key_id            = var.kms_key_arn

  backup_retention_period   = var.backup_retention_days
  backup_window             = "02:00-03:00"
  maintenance_window        = "sun:03:30-sun:04:30"
  copy_tags_to_snapshot     = true
  deletion_protection       = var.deletion_protection
  skip_final_snapshot       = !var.deletion_protection
  final_snapshot_identifier = "${var.name}-final"

  auto_minor_version_upgrade = true
  apply_immediately          = var.apply_immediately

  # shows which statements are slow; the log, which would show their values too, is not told
  performance_insights_enabled    = true
  performance_insights_kms_key_id = var.kms_key_arn
  enabled_cloudwatch_logs_exports = keys(aws_cloudwatch_log_group.this)

  # RDS goes up by itself, and back is no way
  lifecycle {
    ignore_changes = [engine_version]
  }

  # without a password nothing is written, and AWS would take the number of its version all the same
  depends_on = [var.written]
}

resource "aws_secretsmanager_secret" "url" {
  name_prefix = "${var.name}/DATABASE_URL-"
  description = "DATABASE_URL of ${var.name}"
  kms_key_id  = var.kms_key_arn
}

resource "aws_secretsmanager_secret_version" "url" {
  secret_id                = aws_secretsmanager_secret.url.id
  secret_string_wo         = "postgresql://${aws_db_instance.this.username}:${var.password}@${local.place}"
  secret_string_wo_version = var.password_version
}
