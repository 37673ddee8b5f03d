mock_provider "aws" {
  mock_resource "aws_lb" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/example/1" }
  }

  mock_resource "aws_lb_target_group" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/example/1" }
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
}

variables {
  name                = "example"
  vpc_id              = "vpc-1"
  subnet_ids          = ["subnet-1", "subnet-2"]
  domain_name         = "idp.example.com"
  zone_id             = null
  client_cidrs        = ["0.0.0.0/0"]
  gateway_port        = 3000
  management_port     = 9000
  deletion_protection = true
}

run "what_takes_longest_is_answered_by_the_gateway" {
  assert {
    condition     = aws_lb.this.idle_timeout > 60 && aws_lb.this.idle_timeout < 75
    error_message = "The load balancer gives up before the gateway has answered, or the gateway before the load balancer."
  }
}

run "clients_speak_https" {
  assert {
    condition     = aws_lb_listener.https.protocol == "HTTPS" && startswith(aws_lb_listener.https.ssl_policy, "ELBSecurityPolicy-TLS13-1-2-")
    error_message = "Clients need not speak TLS 1.2 or later."
  }

  assert {
    condition     = one(aws_lb_listener.http.default_action).type == "redirect" && one(one(aws_lb_listener.http.default_action).redirect).protocol == "HTTPS"
    error_message = "Something is served in clear."
  }

  assert {
    condition     = aws_lb_target_group.gateway.protocol == "HTTPS"
    error_message = "Requests go on to the gateways in clear."
  }

  assert {
    condition     = toset([for rule in values(aws_vpc_security_group_ingress_rule.clients) : rule.to_port]) == toset([80, 443])
    error_message = "The internet reaches more than HTTPS, and HTTP that redirects."
  }

  assert {
    condition     = alltrue([for rule in values(aws_vpc_security_group_ingress_rule.clients) : rule.from_port == rule.to_port])
    error_message = "The internet reaches more than two ports."
  }
}

run "requests_are_not_smuggled" {
  assert {
    condition     = aws_lb.this.desync_mitigation_mode == "strictest" && aws_lb.this.drop_invalid_header_fields
    error_message = "The load balancer passes on what may mean two things."
  }
}

run "gateways_get_requests_only_while_they_are_ready" {
  assert {
    condition     = one(aws_lb_target_group.gateway.health_check).path == "/health/ready" && one(aws_lb_target_group.gateway.health_check).port == "9000"
    error_message = "Readiness is not what is asked."
  }
}

run "only_whom_one_lets_in_may_call" {
  command = plan

  variables {
    client_cidrs = ["203.0.113.0/24"]
    zone_id      = "Z0123456789EXAMPLE"
  }

  assert {
    condition     = toset([for rule in values(aws_vpc_security_group_ingress_rule.clients) : rule.cidr_ipv4]) == toset(["203.0.113.0/24"])
    error_message = "Others may call, too."
  }

  assert {
    condition     = length(aws_route53_zone.this) == 0
    error_message = "A second zone is made where there is one."
  }
}
