mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-west-1a", "eu-west-1b", "eu-west-1c"] }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_region" {
    defaults = { name = "eu-west-1" }
  }

  mock_data "aws_secretsmanager_random_password" {
    defaults = { random_password = "0123456789abcdef0123456789abcdef" }
  }

  mock_resource "aws_acm_certificate" {
    defaults = {
      arn = "arn:aws:acm:eu-west-1:123456789012:certificate/example"
      domain_validation_options = [{
        domain_name           = "idp.example.com"
        resource_record_name  = "_1.idp.example.com."
        resource_record_type  = "CNAME"
        resource_record_value = "_2.acm-validations.aws."
      }]
    }
  }

  mock_resource "aws_acm_certificate_validation" {
    defaults = { certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/example" }
  }

  mock_resource "aws_ecs_task_definition" {
    defaults = { arn = "arn:aws:ecs:eu-west-1:123456789012:task-definition/example:1" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/example" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-west-1:123456789012:key/example" }
  }

  mock_resource "aws_lb" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/example/1" }
  }

  mock_resource "aws_lb_target_group" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/example/1" }
  }
}

variables {
  region           = "eu-west-1"
  name             = "example"
  domain_name      = "idp.example.com"
  image_repository = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/agentidp"
  image_tag        = "1.0.0"

  database_authority = <<-PEM
    -----BEGIN CERTIFICATE-----
    of-the-test-alone
    -----END CERTIFICATE-----
  PEM

  secrets = {
    DATABASE_PASSWORD       = "00000000000000000000000000000000"
    CLUSTER_CERTIFICATE     = "of-the-test-alone"
    CLUSTER_PRIVATE_KEY     = "of-the-test-alone"
    CLUSTER_AUTHORITY       = "of-the-test-alone"
    TLS_CERTIFICATE         = "of-the-test-alone"
    TLS_PRIVATE_KEY         = "of-the-test-alone"
    JWT_PRIVATE_KEY         = "of-the-test-alone"
    JWT_PUBLIC_KEY          = "of-the-test-alone"
    KEY_ENCRYPTION_KEY      = "of-the-test-alone"
    SECRET_PEPPER           = "of-the-test-alone-and-32-characters"
    BOOTSTRAP_CLIENT_SECRET = "of-the-test-alone-and-32-characters"
    AUDIT_SIGNING_KEY       = "of-the-test-alone"
  }
}

run "the_load_balancer_alone_is_in_the_internet" {
  assert {
    condition     = aws_route.internet.route_table_id == aws_route_table.this["public"].id && alltrue([for table in values(aws_route_table.this) : length(table.route) == 0])
    error_message = "There is another way to the internet."
  }

  assert {
    condition     = alltrue([for name, association in aws_route_table_association.this : association.route_table_id == aws_route_table.this[local.subnets[name].tier].id])
    error_message = "A subnet has the routes of another tier."
  }

  assert {
    condition     = alltrue([for subnet in values(aws_subnet.this) : !subnet.map_public_ip_on_launch])
    error_message = "What is in a subnet gets an address of the internet."
  }

  assert {
    condition     = length(local.subnets) == 9 && length(distinct(values(aws_subnet.this)[*].cidr_block)) == 9
    error_message = "There are not three tiers in three zones, each with addresses of its own."
  }

  assert {
    condition     = length(aws_security_group.endpoints.ingress) == 0 && length(aws_default_security_group.this.ingress) == 0
    error_message = "Somebody is let in whom nobody has named."
  }

  assert {
    condition     = aws_vpc_endpoint.s3.vpc_endpoint_type == "Gateway" && alltrue([for endpoint in values(aws_vpc_endpoint.interface) : endpoint.private_dns_enabled])
    error_message = "AWS is reached through the internet."
  }
}

run "images_are_read_and_nothing_is_written_elsewhere" {
  assert {
    condition     = jsondecode(aws_vpc_endpoint.s3.policy).Statement == [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*" }]
    error_message = "A process can take what it knows to a bucket."
  }

  assert {
    condition     = alltrue([for endpoint in values(aws_vpc_endpoint.interface) : jsondecode(endpoint.policy).Statement[0].Condition == { StringEquals = { "aws:PrincipalAccount" = "123456789012" } }])
    error_message = "A process can take what it knows to another account."
  }
}

run "who_cannot_be_known_is_not_the_database" {
  command = plan

  variables {
    database_authority = ""
  }

  expect_failures = [var.database_authority]
}

run "no_output_is_a_secret" {
  assert {
    condition     = alltrue([for name, arn in output.secret_arns : length(regexall("of-the-test-alone|0{32}|0123456789abcdef", arn)) == 0])
    error_message = "A secret is shown instead of where it is."
  }

  assert {
    condition     = length(regexall("@|of-the-test-alone|0{32}", join(" ", [output.service_url, output.database_endpoint, output.redis_endpoint]))) == 0
    error_message = "An endpoint tells a password."
  }
}

run "keys_are_renewed" {
  command = plan

  assert {
    condition     = aws_kms_key.this.enable_key_rotation
    error_message = "The installation's key stays as it is."
  }
}

run "no_secret_is_a_setting" {
  command = plan

  variables {
    settings = { SECRET_PEPPER = "of-the-test-alone" }
  }

  expect_failures = [var.settings]
}

run "a_secret_that_is_guessed_is_none" {
  command = plan

  variables {
    secrets = {
      DATABASE_PASSWORD       = "postgres"
      CLUSTER_CERTIFICATE     = ""
      CLUSTER_PRIVATE_KEY     = ""
      CLUSTER_AUTHORITY       = ""
      TLS_CERTIFICATE         = ""
      TLS_PRIVATE_KEY         = ""
      JWT_PRIVATE_KEY         = ""
      JWT_PUBLIC_KEY          = ""
      KEY_ENCRYPTION_KEY      = ""
      SECRET_PEPPER           = "short"
      BOOTSTRAP_CLIENT_SECRET = "short"
      AUDIT_SIGNING_KEY       = ""
    }
  }

  expect_failures = [var.secrets]
}

run "what_runs_has_a_version" {
  command = plan

  variables {
    image_tag = "latest"
  }

  expect_failures = [var.image_tag]
}

run "one_zone_is_not_enough" {
  command = plan

  variables {
    zone_count = 1
  }

  expect_failures = [var.zone_count]
}
