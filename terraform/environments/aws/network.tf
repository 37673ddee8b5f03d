# Three tiers in each availability zone: public for the load balancer, private for the processes, data for PostgreSQL and
# Redis. Only the first has a way to the internet; the others reach AWS through endpoints in the VPC.

data "aws_caller_identity" "current" {}

data "aws_availability_zones" "available" {
  state = "available"

  # no Local Zone, which neither PostgreSQL nor the load balancer can be in
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

locals {
  zones = slice(data.aws_availability_zones.available.names, 0, var.zone_count)

  tiers = ["public", "private", "data"]

  # each a sixteenth of the VPC
  subnets = {
    for pair in setproduct(local.tiers, local.zones) : "${pair[0]}-${pair[1]}" => {
      tier = pair[0]
      zone = pair[1]
      cidr = cidrsubnet(var.vpc_cidr, 4, index(local.tiers, pair[0]) * 4 + index(local.zones, pair[1]))
    }
  }

  subnet_ids = {
    for tier in local.tiers : tier => [for zone in local.zones : aws_subnet.this["${tier}-${zone}"].id]
  }
}

resource "aws_vpc" "this" {
  cidr_block           = var.vpc_cidr
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = { Name = var.name }
}

# What names no security group gets nowhere.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id
}

resource "aws_subnet" "this" {
  for_each = local.subnets

  vpc_id                  = aws_vpc.this.id
  availability_zone       = each.value.zone
  cidr_block              = each.value.cidr
  map_public_ip_on_launch = false

  tags = { Name = "${var.name}-${each.key}" }
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = var.name }
}

resource "aws_route_table" "this" {
  for_each = toset(local.tiers)

  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-${each.key}" }
}

resource "aws_route" "internet" {
  route_table_id         = aws_route_table.this["public"].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this.id
}

resource "aws_route_table_association" "this" {
  for_each = local.subnets

  subnet_id      = aws_subnet.this[each.key].id
  route_table_id = aws_route_table.this[each.value.tier].id
}

resource "aws_security_group" "endpoints" {
  name        = "${var.name}-endpoints"
  description = "Endpoints of AWS in the VPC of ${var.name}"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-endpoints" }
}

resource "aws_vpc_endpoint" "interface" {
  for_each = toset(["ecr.api", "ecr.dkr", "logs", "secretsmanager"])

  vpc_id              = aws_vpc.this.id
  vpc_endpoint_type   = "Interface"
  service_name        = "com.amazonaws.${var.region}.${each.key}"
  subnet_ids          = local.subnet_ids["private"]
  security_group_ids  = [aws_security_group.endpoints.id]
  private_dns_enabled = true

  # for this account alone: with another's credentials what a process knows could be taken there
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "*"
      Resource  = "*"
      Condition = { StringEquals = { "aws:PrincipalAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })

  tags = { Name = "${var.name}-${each.key}" }
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.this.id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.${var.region}.s3"
  route_table_ids   = [aws_route_table.this["private"].id]

  # layers of images, which ECR keeps there, and nothing into a bucket of somebody else's
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:GetObject"
      Resource  = "arn:aws:s3:::prod-${var.region}-starport-layer-bucket/*"
    }]
  })

  tags = { Name = "${var.name}-s3" }
}
