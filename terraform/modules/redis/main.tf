locals {
  port = 6379
}

# Made once, by AWS; kept in the state, because Redis has no write-only argument for it, and where no plan shows it.
data "aws_secretsmanager_random_password" "this" {
  password_length     = 64
  exclude_punctuation = true

  # asked for when there is a place for it, and no sooner
  depends_on = [aws_secretsmanager_secret.password]
}

resource "aws_secretsmanager_secret" "password" {
  name_prefix = "${var.name}/REDIS_PASSWORD-"
  description = "What Redis asks for in ${var.name}"
  kms_key_id  = var.kms_key_arn
}

resource "aws_secretsmanager_secret_version" "password" {
  secret_id     = aws_secretsmanager_secret.password.id
  secret_string = data.aws_secretsmanager_random_password.this.random_password

  lifecycle {
    ignore_changes = [secret_string]
  }
}

resource "aws_elasticache_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

# Whoever may connect adds a rule of its own; nothing that Redis begins goes anywhere.
resource "aws_security_group" "this" {
  name        = "${var.name}-redis"
  description = "Redis of ${var.name}"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-redis" }
}

resource "aws_elasticache_parameter_group" "this" {
  name        = "${var.name}-redis7"
  description = "Redis of ${var.name}"
  family      = "redis7"

  # a Redis that may evict revocation marks is not believed
  parameter {
    name  = "maxmemory-policy"
    value = "noeviction"
  }
}

# No snapshots: what is true stands in PostgreSQL, and an empty Redis is filled from there.
resource "aws_elasticache_replication_group" "this" {
  replication_group_id = var.name
  description          = "Rate limits and revocation marks of ${var.name}"
  engine               = "redis"
  engine_version       = "7.1"
  node_type            = var.node_type
  port                 = local.port

  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true

  subnet_group_name    = aws_elasticache_subnet_group.this.name
  security_group_ids   = [aws_security_group.this.id]
  parameter_group_name = aws_elasticache_parameter_group.this.name

  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  at_rest_encryption_enabled = true
  kms_key_id                 = var.kms_key_arn
  auth_token                 = aws_secretsmanager_secret_version.password.secret_string
  auth_token_update_strategy = "ROTATE"

  auto_minor_version_upgrade = true
  apply_immediately          = var.apply_immediately
  maintenance_window         = "sun:04:30-sun:05:30"
}

resource "aws_secretsmanager_secret" "url" {
  name_prefix = "${var.name}/REDIS_URL-"
  description = "REDIS_URL of ${var.name}"
  kms_key_id  = var.kms_key_arn
}

resource "aws_secretsmanager_secret_version" "url" {
  secret_id     = aws_secretsmanager_secret.url.id
  secret_string = "rediss://:${aws_secretsmanager_secret_version.password.secret_string}@${aws_elasticache_replication_group.this.primary_endpoint_address}:${local.port}/0"
}
