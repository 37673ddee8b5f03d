output "host" {
  description = "Host name of the writer, which follows a failover."
  value       = aws_db_instance.this.address
}

output "port" {
  description = "Port of the database."
  value       = local.port
}

output "url_secret_arn" {
  description = "Secret that holds DATABASE_URL."
  value       = aws_secretsmanager_secret_version.url.arn
}

output "security_group_id" {
  description = "Security group of the database, without rules of its own."
  value       = aws_security_group.this.id
}
