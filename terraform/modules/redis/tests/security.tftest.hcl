mock_provider "aws" {
  mock_data "aws_secretsmanager_random_password" {
    defaults = { random_password = "0123456789abcdef0123456789abcdef" }
  }

  mock_resource "aws_elasticache_replication_group" {
    defaults = { primary_endpoint_address = "redis.example.com" }
  }

  mock_resource "aws_secretsmanager_secret" {
    defaults = { id = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:example/REDIS_URL-1" }
  }
}

variables {
  name        = "example"
  vpc_id      = "vpc-1"
  subnet_ids  = ["subnet-1", "subnet-2"]
  node_type   = "cache.t4g.small"
  kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/example"

  apply_immediately = false
}

run "redis_is_encrypted_and_asks_for_a_password" {
  assert {
    condition     = aws_elasticache_replication_group.this.transit_encryption_enabled && aws_elasticache_replication_group.this.transit_encryption_mode == "required"
    error_message = "Redis speaks in clear."
  }

  assert {
    condition     = tobool(aws_elasticache_replication_group.this.at_rest_encryption_enabled) && aws_elasticache_replication_group.this.kms_key_id == var.kms_key_arn
    error_message = "Redis does not encrypt with the installation's key."
  }

  assert {
    condition     = length(aws_elasticache_replication_group.this.auth_token) >= 32
    error_message = "Redis asks for no password, or a short one."
  }

  assert {
    condition     = startswith(aws_secretsmanager_secret_version.url.secret_string, "rediss://:") && aws_secretsmanager_secret.url.kms_key_id == var.kms_key_arn
    error_message = "REDIS_URL leads there without TLS, or is not encrypted."
  }
}

run "redis_survives_a_zone_and_evicts_nothing" {
  assert {
    condition     = aws_elasticache_replication_group.this.num_cache_clusters == 2 && aws_elasticache_replication_group.this.automatic_failover_enabled && aws_elasticache_replication_group.this.multi_az_enabled
    error_message = "There is no replica that takes over."
  }

  assert {
    condition     = one(aws_elasticache_parameter_group.this.parameter).name == "maxmemory-policy" && one(aws_elasticache_parameter_group.this.parameter).value == "noeviction"
    error_message = "Redis may evict revocation marks."
  }
}

run "nobody_may_connect_unless_somebody_says_so" {
  assert {
    condition     = length(aws_security_group.this.ingress) == 0 && length(aws_security_group.this.egress) == 0
    error_message = "The security group of Redis has rules of its own."
  }
}
