output "cluster_name" {
  description = "ECS cluster in which the services run."
  value       = aws_ecs_cluster.this.name
}

output "log_groups" {
  description = "CloudWatch log group of each service."
  value       = { for service, group in aws_cloudwatch_log_group.this : service => group.name }
}

output "secret_arns" {
  description = "Where each secret setting is kept."
  value       = local.secret_arns
}

output "secrets_written" {
  description = "The version of each secret that is given."
  value       = [for version in aws_secretsmanager_secret_version.this : version.version_id]
}

output "secrets_of" {
  description = "Which secrets each service is given, and may read."
  value       = local.secrets_of
}
