output "url" {
  description = "Root of all URLs, and issuer of every token."
  value       = "https://${var.domain_name}"
}

output "dns_name" {
  description = "Name that AWS has given to the load balancer."
  value       = aws_lb.this.dns_name
}

output "name_servers" {
  description = "Name servers of the zone that was made here, to be named in the zone above it; empty where there was one."
  value       = flatten(aws_route53_zone.this[*].name_servers)
}

output "security_group_id" {
  description = "Security group of the load balancer."
  value       = aws_security_group.this.id
}

output "target_group_arn" {
  description = "Target group of the gateways, once a listener forwards to it."
  value       = aws_lb_target_group.gateway.arn
  depends_on  = [aws_lb_listener.https]
}
