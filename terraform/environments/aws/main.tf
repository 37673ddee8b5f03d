locals {
  ports = {
    gateway    = 3000
    management = 9000
    membership = 7800
    bus        = 15701
  }
}

resource "aws_kms_key" "this" {
  description             = "Data and secrets of ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this.key_id
}

module "lb" {
  source = "../../modules/lb"

  name                = var.name
  vpc_id              = aws_vpc.this.id
  subnet_ids          = local.subnet_ids["public"]
  domain_name         = var.domain_name
  zone_id             = var.zone_id
  client_cidrs        = var.client_cidrs
  gateway_port        = local.ports.gateway
  management_port     = local.ports.management
  deletion_protection = var.deletion_protection

  # what is in the internet needs one in the VPC
  depends_on = [aws_internet_gateway.this]
}

module "rds" {
  source = "../../modules/rds"

  name                  = var.name
  vpc_id                = aws_vpc.this.id
  subnet_ids            = local.subnet_ids["data"]
  instance_class        = var.database.instance_class
  storage_gb            = var.database.storage_gb
  max_storage_gb        = var.database.max_storage_gb
  backup_retention_days = var.database.backup_retention_days
  password              = var.secrets == null ? "" : var.secrets.DATABASE_PASSWORD
  password_version      = var.secrets_version
  written               = module.agentidp.secrets_written
  kms_key_arn           = aws_kms_key.this.arn
  log_retention_days    = var.log_retention_days
  deletion_protection   = var.deletion_protection
  apply_immediately     = var.apply_immediately
}

module "redis" {
  source = "../../modules/redis"

  name        = var.name
  vpc_id      = aws_vpc.this.id
  subnet_ids  = local.subnet_ids["data"]
  node_type   = var.redis_node_type
  kms_key_arn = aws_kms_key.this.arn

  apply_immediately = var.apply_immediately
}

module "agentidp" {
  source = "../../modules/agentidp"

  name               = var.name
  services           = var.services
  ports              = local.ports
  image_repository   = var.image_repository
  image_tag          = var.image_tag
  cpu_architecture   = var.cpu_architecture
  issuer_url         = module.lb.url
  settings           = merge(var.settings, { DATABASE_AUTHORITY = var.database_authority })
  secrets            = var.secrets
  secrets_version    = var.secrets_version
  kms_key_arn        = aws_kms_key.this.arn
  log_retention_days = var.log_retention_days

  vpc_id     = aws_vpc.this.id
  subnet_ids = local.subnet_ids["private"]

  load_balancer = {
    security_group_id = module.lb.security_group_id
    target_group_arn  = module.lb.target_group_arn
    cidrs             = [for subnet in values(local.subnets) : subnet.cidr if subnet.tier == "public"]
  }

  database = {
    security_group_id = module.rds.security_group_id
    port              = module.rds.port
    url_secret_arn    = module.rds.url_secret_arn
  }

  redis = {
    security_group_id = module.redis.security_group_id
    port              = module.redis.port
    url_secret_arn    = module.redis.url_secret_arn
  }

  endpoints = {
    security_group_id = aws_security_group.endpoints.id
    s3_prefix_list_id = aws_vpc_endpoint.s3.prefix_list_id
  }
}
