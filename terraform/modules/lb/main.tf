# The only thing that the internet reaches.
resource "aws_security_group" "this" {
  name        = "${var.name}-lb"
  description = "Load balancer of ${var.name}"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-lb" }
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  for_each = { for rule in setproduct(var.client_cidrs, [80, 443]) : "${rule[0]}:${rule[1]}" => rule }

  security_group_id = aws_security_group.this.id
  description       = each.value[1] == 80 ? "HTTP, to be told of HTTPS" : "HTTPS"
  cidr_ipv4         = each.value[0]
  ip_protocol       = "tcp"
  from_port         = each.value[1]
  to_port           = each.value[1]
}

resource "aws_lb" "this" {
  name               = var.name
  load_balancer_type = "application"
  internal           = false
  subnets            = var.subnet_ids
  security_groups    = [aws_security_group.this.id]

  # what could mean one request to the load balancer and two to the gateway is refused here already
  desync_mitigation_mode     = "strictest"
  drop_invalid_header_fields = true

  # less than the gateway's 75 s, so that it is never the gateway that gives up a connection first, and more than the minute
  # in which it answers what takes longest, a verification of the audit log
  idle_timeout = 70

  # who is let in is asked when a connection is made: none lasts for longer, whatever goes over it
  client_keep_alive          = 60
  enable_deletion_protection = var.deletion_protection
}

resource "aws_lb_target_group" "gateway" {
  name        = "${var.name}-gateway"
  target_type = "ip"
  protocol    = "HTTPS"
  port        = var.gateway_port
  vpc_id      = var.vpc_id

  # longer than any operation but two may take, which are asked again: a verification and an export of the audit log. By then
  # a gateway that was told to stop has ended what goes on, too
  deregistration_delay = 30

  # readiness, not /health: without Redis traffic is served, and a slow minute must not become an outage
  health_check {
    protocol            = "HTTP"
    port                = var.management_port
    path                = "/health/ready"
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTPS"
  port              = 443
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
  certificate_arn   = aws_acm_certificate_validation.this.certificate_arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.gateway.arn
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTP"
  port              = 80

  default_action {
    type = "redirect"

    redirect {
      protocol    = "HTTPS"
      port        = "443"
      status_code = "HTTP_301"
    }
  }
}
