locals {
  uses_redis = toset(local.readers.REDIS_URL)

  membership = {
    membership = { from = var.ports.membership, to = var.ports.membership + 1 }
    bus        = { from = var.ports.bus, to = var.ports.bus }
  }
}

resource "aws_security_group" "service" {
  for_each = var.services

  name        = "${var.name}-${each.key}"
  description = "${each.key} of ${var.name}"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-${each.key}" }
}

# Every process is a member of one cluster, and each talks to each.
resource "aws_security_group" "members" {
  name        = "${var.name}-members"
  description = "Members of the cluster of ${var.name}"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-members" }
}

resource "aws_vpc_security_group_ingress_rule" "members" {
  for_each = local.membership

  security_group_id            = aws_security_group.members.id
  referenced_security_group_id = aws_security_group.members.id
  description                  = "${each.key}, from each other"
  ip_protocol                  = "tcp"
  from_port                    = each.value.from
  to_port                      = each.value.to
}

resource "aws_vpc_security_group_egress_rule" "members" {
  for_each = local.membership

  security_group_id            = aws_security_group.members.id
  referenced_security_group_id = aws_security_group.members.id
  description                  = "${each.key}, to each other"
  ip_protocol                  = "tcp"
  from_port                    = each.value.from
  to_port                      = each.value.to
}

# From the load balancer to the gateways: requests, and whether they are ready.
resource "aws_vpc_security_group_ingress_rule" "gateway" {
  for_each = toset(["gateway", "management"])

  security_group_id            = aws_security_group.service["gateway"].id
  referenced_security_group_id = var.load_balancer.security_group_id
  description                  = "${each.key}, from the load balancer"
  ip_protocol                  = "tcp"
  from_port                    = var.ports[each.key]
  to_port                      = var.ports[each.key]
}

resource "aws_vpc_security_group_egress_rule" "load_balancer" {
  for_each = toset(["gateway", "management"])

  security_group_id            = var.load_balancer.security_group_id
  referenced_security_group_id = aws_security_group.service["gateway"].id
  description                  = "${each.key}, to the gateways"
  ip_protocol                  = "tcp"
  from_port                    = var.ports[each.key]
  to_port                      = var.ports[each.key]
}

# To PostgreSQL, each.
resource "aws_vpc_security_group_egress_rule" "database" {
  for_each = var.services

  security_group_id            = aws_security_group.service[each.key].id
  referenced_security_group_id = var.database.security_group_id
  description                  = "PostgreSQL"
  ip_protocol                  = "tcp"
  from_port                    = var.database.port
  to_port                      = var.database.port
}

resource "aws_vpc_security_group_ingress_rule" "database" {
  for_each = var.services

  security_group_id            = var.database.security_group_id
  referenced_security_group_id = aws_security_group.service[each.key].id
  description                  = "PostgreSQL, from ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = var.database.port
  to_port                      = var.database.port
}

# To Redis, those that have business there.
resource "aws_vpc_security_group_egress_rule" "redis" {
  for_each = local.uses_redis

  security_group_id            = aws_security_group.service[each.key].id
  referenced_security_group_id = var.redis.security_group_id
  description                  = "Redis"
  ip_protocol                  = "tcp"
  from_port                    = var.redis.port
  to_port                      = var.redis.port
}

resource "aws_vpc_security_group_ingress_rule" "redis" {
  for_each = local.uses_redis

  security_group_id            = var.redis.security_group_id
  referenced_security_group_id = aws_security_group.service[each.key].id
  description                  = "Redis, from ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = var.redis.port
  to_port                      = var.redis.port
}

# To AWS, for images, secrets and logs, without the internet. Layers of images lie in S3.
resource "aws_vpc_security_group_egress_rule" "endpoints" {
  for_each = var.services

  security_group_id            = aws_security_group.service[each.key].id
  referenced_security_group_id = var.endpoints.security_group_id
  description                  = "Endpoints of AWS"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  for_each = var.services

  security_group_id            = var.endpoints.security_group_id
  referenced_security_group_id = aws_security_group.service[each.key].id
  description                  = "From ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_egress_rule" "image_layers" {
  for_each = var.services

  security_group_id = aws_security_group.service[each.key].id
  prefix_list_id    = var.endpoints.s3_prefix_list_id
  description       = "Layers of images in S3"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
