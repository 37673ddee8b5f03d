output "service_url" {
  description = "Where clients call, and the issuer of every token."
  value       = module.lb.url
}

output "load_balancer_dns_name" {
  description = "Name that AWS has given to the load balancer."
  value       = module.lb.dns_name
}

output "name_servers" {
  description = "What the zone above must name, where a zone was made here."
  value       = module.lb.name_servers
}

output "database_endpoint" {
  description = "Where PostgreSQL is, from inside the VPC."
  value       = "${module.rds.host}:${module.rds.port}"
}

output "redis_endpoint" {
  description = "Where Redis is, from inside the VPC."
  value       = "${module.redis.host}:${module.redis.port}"
}

output "cluster_name" {
  description = "ECS cluster in which the services run."
  value       = module.agentidp.cluster_name
}

output "log_groups" {
  description = "CloudWatch log group of each service."
  value       = module.agentidp.log_groups
}

output "secret_arns" {
  description = "Where each secret setting is kept."
  value       = module.agentidp.secret_arns
}
