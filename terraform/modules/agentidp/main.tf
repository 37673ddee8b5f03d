locals {
  services = keys(var.services)

  # Who reads which secret; each is a setting of that name. The members' table takes DATABASE_URL of the gateway, too.
  readers = {
    DATABASE_URL            = local.services
    REDIS_URL               = ["gateway", "token-service"]
    CLUSTER_CERTIFICATE     = local.services
    CLUSTER_PRIVATE_KEY     = local.services
    CLUSTER_AUTHORITY       = local.services
    TLS_CERTIFICATE         = ["gateway"]
    TLS_PRIVATE_KEY         = ["gateway"]
    JWT_PRIVATE_KEY         = ["token-service"]
    JWT_PUBLIC_KEY          = ["token-service"]
    KEY_ENCRYPTION_KEY      = ["token-service"]
    SECRET_PEPPER           = ["credential-service"]
    BOOTSTRAP_CLIENT_SECRET = ["agent-service", "credential-service"]
    AUDIT_SIGNING_KEY       = ["audit-service"]
  }

  # What no secret is. A process reads the settings that it needs and leaves the others.
  settings = merge(var.settings, {
    ISSUER_URL      = var.issuer_url
    TRUSTED_PROXIES = join(",", var.load_balancer.cidrs)
    PORT            = tostring(var.ports.gateway)
    MANAGEMENT_PORT = tostring(var.ports.management)
    CLUSTER_PORT    = tostring(var.ports.membership)
    BUS_PORT        = tostring(var.ports.bus)
  })
}

data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

resource "aws_cloudwatch_log_group" "this" {
  for_each = var.services

  name              = "/agentidp/${var.name}/${each.key}"
  retention_in_days = var.log_retention_days
}
