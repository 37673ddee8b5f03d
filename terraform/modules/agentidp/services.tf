resource "aws_ecs_cluster" "this" {
  name = var.name

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_task_definition" "this" {
  for_each = var.services

  family                   = "${var.name}-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = each.value.cpu
  memory                   = each.value.memory
  execution_role_arn       = aws_iam_role.execution[each.key].arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.cpu_architecture
  }

  # the only place that a process may write to; native libraries are unpacked there
  volume {
    name = "tmp"
  }

  container_definitions = jsonencode([{
    name                   = each.key
    image                  = "${var.image_repository}/${each.key}:${var.image_tag}"
    essential              = true
    user                   = "1001:1001"
    readonlyRootFilesystem = true
    linuxParameters        = { capabilities = { drop = ["ALL"] } }
    mountPoints            = [{ sourceVolume = "tmp", containerPath = "/tmp" }]

    portMappings = each.key != "gateway" ? [] : [{
      containerPort = var.ports.gateway
      hostPort      = var.ports.gateway
      protocol      = "tcp"
    }]

    environment = [for name, value in local.settings : { name = name, value = value }]
    secrets     = [for name, arn in local.secrets_of[each.key] : { name = name, valueFrom = arn }]

    # secrets are read when a task starts: other ones take other tasks
    dockerLabels = { "agentidp.secrets-version" = tostring(var.secrets_version) }

    # who is not ready yet is waited for, and replaces nobody; who is not ready any more, because Postgres fails over, is not
    # stopped for that within five minutes
    healthCheck = {
      command     = ["CMD", "ready"]
      interval    = 30
      timeout     = 5
      retries     = 10
      startPeriod = 120
    }

    # what is under way is finished, one part after the other
    stopTimeout = 90

    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.this[each.key].name
        awslogs-region        = data.aws_region.current.name
        awslogs-stream-prefix = each.key
      }
    }
  }])
}

resource "aws_ecs_service" "this" {
  for_each = var.services

  name            = each.key
  cluster         = aws_ecs_cluster.this.id
  task_definition = aws_ecs_task_definition.this[each.key].arn
  launch_type     = "FARGATE"
  desired_count   = each.value.min

  # new ones first, and back to the old ones when the new ones do not get ready
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [aws_security_group.service[each.key].id, aws_security_group.members.id]
    assign_public_ip = false
  }

  dynamic "load_balancer" {
    for_each = each.key == "gateway" ? [var.load_balancer.target_group_arn] : []

    content {
      target_group_arn = load_balancer.value
      container_name   = "gateway"
      container_port   = var.ports.gateway
    }
  }

  health_check_grace_period_seconds = each.key == "gateway" ? 120 : null
  enable_execute_command            = false
  propagate_tags                    = "SERVICE"

  # a task that starts needs all of its rights and ways
  depends_on = [
    aws_iam_role_policy.execution,
    aws_secretsmanager_secret_version.this,
    aws_vpc_security_group_egress_rule.endpoints,
    aws_vpc_security_group_egress_rule.image_layers,
    aws_vpc_security_group_egress_rule.database,
    aws_vpc_security_group_ingress_rule.endpoints,
    aws_vpc_security_group_ingress_rule.database,
  ]

  # autoscaling decides
  lifecycle {
    ignore_changes = [desired_count]
  }
}

resource "aws_appautoscaling_target" "this" {
  for_each = var.services

  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${aws_ecs_cluster.this.name}/${aws_ecs_service.this[each.key].name}"
  min_capacity       = each.value.min
  max_capacity       = each.value.max
}

resource "aws_appautoscaling_policy" "this" {
  for_each = var.services

  name               = "${var.name}-${each.key}-cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.this[each.key].service_namespace
  scalable_dimension = aws_appautoscaling_target.this[each.key].scalable_dimension
  resource_id        = aws_appautoscaling_target.this[each.key].resource_id

  # fast up, slow down: a process that leaves gives its work away, and one that comes joins a cluster
  target_tracking_scaling_policy_configuration {
    target_value       = 60
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}
