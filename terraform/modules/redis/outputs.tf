output "host" {
  description = "Host name of the primary, which follows a failover."
  value       = aws_elasticache_replication_group.this.primary_endpoint_address
}

output "port" {
  description = "Port of Redis, which speaks TLS only."
  value       = local.port
}

output "url_secret_arn" {
  description = "Secret that holds REDIS_URL."
  value       = aws_secretsmanager_secret_version.url.arn
}

output "security_group_id" {
  description = "Security group of Redis, without rules of its own."
  value       = aws_security_group.this.id
}
