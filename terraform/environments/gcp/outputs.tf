output "service_url" {
  description = "Where clients call, and the issuer of every token."
  value       = local.service_url
}

output "load_balancer_address" {
  description = "The address to which the host name must lead (an A record)."
  value       = google_compute_global_address.lb.address
}

output "database_endpoint" {
  description = "Where PostgreSQL is, from inside the network."
  value       = "${google_sql_database_instance.this.private_ip_address}:5432"
}

output "redis_endpoint" {
  description = "Where Redis is, from inside the network."
  value       = "${google_redis_instance.this.host}:${google_redis_instance.this.port}"
}
