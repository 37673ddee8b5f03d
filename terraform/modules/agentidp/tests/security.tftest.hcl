mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { name = "eu-west-1" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/example" }
  }

  mock_resource "aws_ecs_task_definition" {
    defaults = { arn = "arn:aws:ecs:eu-west-1:123456789012:task-definition/example:1" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:example" }
  }
}

variables {
  name = "example"
  services = {
    gateway            = { cpu = 1024, memory = 2048, min = 2, max = 10 }
    agent-service      = { cpu = 512, memory = 1024, min = 2, max = 4 }
    credential-service = { cpu = 512, memory = 1024, min = 2, max = 6 }
    token-service      = { cpu = 1024, memory = 2048, min = 2, max = 10 }
    audit-service      = { cpu = 512, memory = 1024, min = 2, max = 4 }
  }
  ports            = { gateway = 3000, management = 9000, membership = 7800, bus = 15701 }
  vpc_id           = "vpc-1"
  subnet_ids       = ["subnet-1", "subnet-2"]
  load_balancer    = { security_group_id = "sg-lb", cidrs = ["10.0.0.0/20"], target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/example/1" }
  database         = { security_group_id = "sg-database", port = 5432, url_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:example/DATABASE_URL-1" }
  redis            = { security_group_id = "sg-redis", port = 6379, url_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:example/REDIS_URL-1" }
  endpoints        = { security_group_id = "sg-endpoints", s3_prefix_list_id = "pl-1" }
  image_repository = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/some/agentidp"
  image_tag        = "1.0.0"
  cpu_architecture = "X86_64"
  issuer_url       = "https://idp.example.com"
  settings         = { MAX_AGENTS = "0" }
  secrets = {
    CLUSTER_CERTIFICATE     = "of-the-test-alone"
    CLUSTER_PRIVATE_KEY     = "of-the-test-alone"
    CLUSTER_AUTHORITY       = "of-the-test-alone"
    TLS_CERTIFICATE         = "of-the-test-alone"
    TLS_PRIVATE_KEY         = "of-the-test-alone"
    JWT_PRIVATE_KEY         = "of-the-test-alone"
    JWT_PUBLIC_KEY          = "of-the-test-alone"
    KEY_ENCRYPTION_KEY      = "of-the-test-alone"
    SECRET_PEPPER           = "of-the-test-alone"
    BOOTSTRAP_CLIENT_SECRET = "of-the-test-alone"
    AUDIT_SIGNING_KEY       = "of-the-test-alone"
  }
  secrets_version    = 1
  kms_key_arn        = "arn:aws:kms:eu-west-1:123456789012:key/example"
  log_retention_days = 90
}

run "nothing_but_the_load_balancer_reaches_a_process_from_outside" {
  assert {
    condition     = alltrue([for service in values(aws_ecs_service.this) : !one(service.network_configuration).assign_public_ip])
    error_message = "A task has an address of the internet."
  }

  assert {
    condition = alltrue([
      for rule in concat(
        values(aws_vpc_security_group_ingress_rule.members), values(aws_vpc_security_group_ingress_rule.gateway),
        values(aws_vpc_security_group_ingress_rule.database), values(aws_vpc_security_group_ingress_rule.redis),
        values(aws_vpc_security_group_ingress_rule.endpoints),
      ) : rule.cidr_ipv4 == null && rule.cidr_ipv6 == null && rule.referenced_security_group_id != null
    ])
    error_message = "Something other than a security group is let in."
  }

  assert {
    condition     = alltrue([for rule in values(aws_vpc_security_group_ingress_rule.gateway) : rule.referenced_security_group_id == "sg-lb"])
    error_message = "Others than the load balancer reach the gateways."
  }

  assert {
    condition     = alltrue([for name, service in aws_ecs_service.this : length(service.load_balancer) == (name == "gateway" ? 1 : 0)])
    error_message = "The load balancer sends to something other than the gateways."
  }

  assert {
    condition     = alltrue([for rule in values(aws_vpc_security_group_ingress_rule.members) : rule.referenced_security_group_id == aws_security_group.members.id])
    error_message = "Others than members reach the event bus or the membership."
  }
}

run "nothing_goes_to_the_internet" {
  assert {
    condition = alltrue([
      for rule in concat(
        values(aws_vpc_security_group_egress_rule.members), values(aws_vpc_security_group_egress_rule.load_balancer),
        values(aws_vpc_security_group_egress_rule.database), values(aws_vpc_security_group_egress_rule.redis),
        values(aws_vpc_security_group_egress_rule.endpoints), values(aws_vpc_security_group_egress_rule.image_layers),
      ) : rule.cidr_ipv4 == null && rule.cidr_ipv6 == null
    ])
    error_message = "Something may be sent to addresses instead of a security group."
  }

  assert {
    condition     = toset(keys(aws_vpc_security_group_egress_rule.redis)) == toset(["gateway", "token-service"])
    error_message = "Others than gateway and token-service reach Redis."
  }
}

run "a_service_has_the_rights_that_it_needs" {
  assert {
    condition = alltrue(flatten([
      for policy in values(aws_iam_role_policy.execution) : [
        for statement in jsondecode(policy.policy).Statement : [for action in statement.Action : !strcontains(action, "*")]
      ]
    ]))
    error_message = "A role may do all that begins with something."
  }

  assert {
    condition = alltrue(flatten([
      for policy in values(aws_iam_role_policy.execution) : [
        for statement in jsondecode(policy.policy).Statement : !contains(statement.Resource, "*")
        if statement.Action != ["ecr:GetAuthorizationToken"]
      ]
    ]))
    error_message = "A role may do to everything what knows resources."
  }

  assert {
    condition     = alltrue([for task in values(aws_ecs_task_definition.this) : task.task_role_arn == null])
    error_message = "A process has rights in AWS."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.execution["token-service"].policy).Statement[1].Resource == [
      "arn:aws:ecr:eu-west-1:123456789012:repository/some/agentidp/token-service"
    ]
    error_message = "token-service may read other images than its own."
  }
}

run "a_service_reads_its_own_secrets" {
  assert {
    condition = jsonencode({ for service, secrets in output.secrets_of : service => sort(keys(secrets)) }) == jsonencode({
      gateway            = ["CLUSTER_AUTHORITY", "CLUSTER_CERTIFICATE", "CLUSTER_PRIVATE_KEY", "DATABASE_URL", "REDIS_URL", "TLS_CERTIFICATE", "TLS_PRIVATE_KEY"]
      agent-service      = ["BOOTSTRAP_CLIENT_SECRET", "CLUSTER_AUTHORITY", "CLUSTER_CERTIFICATE", "CLUSTER_PRIVATE_KEY", "DATABASE_URL"]
      credential-service = ["BOOTSTRAP_CLIENT_SECRET", "CLUSTER_AUTHORITY", "CLUSTER_CERTIFICATE", "CLUSTER_PRIVATE_KEY", "DATABASE_URL", "SECRET_PEPPER"]
      token-service      = ["CLUSTER_AUTHORITY", "CLUSTER_CERTIFICATE", "CLUSTER_PRIVATE_KEY", "DATABASE_URL", "JWT_PRIVATE_KEY", "JWT_PUBLIC_KEY", "KEY_ENCRYPTION_KEY", "REDIS_URL"]
      audit-service      = ["AUDIT_SIGNING_KEY", "CLUSTER_AUTHORITY", "CLUSTER_CERTIFICATE", "CLUSTER_PRIVATE_KEY", "DATABASE_URL"]
    })
    error_message = "A service is given other secrets than its own."
  }

  assert {
    condition = alltrue([
      for service, policy in aws_iam_role_policy.execution :
      toset(one([for statement in jsondecode(policy.policy).Statement : statement.Resource if statement.Sid == "Secrets"])) == toset(values(output.secrets_of[service]))
    ])
    error_message = "A role may read other secrets than its service is given."
  }

  assert {
    condition = alltrue([
      for service, task in aws_ecs_task_definition.this :
      { for secret in jsondecode(task.container_definitions)[0].secrets : secret.name => secret.valueFrom } == output.secrets_of[service]
    ])
    error_message = "A task is given other secrets than its service has."
  }

  assert {
    condition = alltrue(flatten([
      for task in values(aws_ecs_task_definition.this) : [
        for setting in jsondecode(task.container_definitions)[0].environment : !contains(keys(output.secret_arns), setting.name)
      ]
    ]))
    error_message = "A secret stands in a task definition."
  }

  assert {
    condition     = alltrue([for secret in values(aws_secretsmanager_secret.this) : secret.kms_key_id == var.kms_key_arn]) && alltrue([for version in values(aws_secretsmanager_secret_version.this) : version.secret_string == null])
    error_message = "A secret is in the state, or not encrypted with the installation's key."
  }
}

run "a_process_has_no_more_than_it_needs_of_its_machine" {
  assert {
    condition = alltrue([
      for task in values(aws_ecs_task_definition.this) : (
        jsondecode(task.container_definitions)[0].readonlyRootFilesystem &&
        jsondecode(task.container_definitions)[0].user == "1001:1001" &&
        jsondecode(task.container_definitions)[0].linuxParameters.capabilities.drop == ["ALL"]
      )
    ])
    error_message = "A process may write to its image, is root, or has capabilities."
  }

  assert {
    condition     = alltrue([for service in values(aws_ecs_service.this) : !service.enable_execute_command])
    error_message = "A shell can be opened in a task."
  }
}

run "a_deployment_that_fails_is_taken_back" {
  assert {
    condition = alltrue([
      for service in values(aws_ecs_service.this) : one(service.deployment_circuit_breaker).enable && one(service.deployment_circuit_breaker).rollback && service.deployment_minimum_healthy_percent == 100
    ])
    error_message = "A bad version stays, or good ones go before new ones are there."
  }

  assert {
    condition     = toset(keys(aws_appautoscaling_policy.this)) == toset(keys(var.services)) && toset(keys(aws_appautoscaling_target.this)) == toset(keys(var.services))
    error_message = "A service does not scale."
  }
}

run "a_process_gets_memory_enough" {
  command = plan

  variables {
    services = {
      gateway            = { cpu = 256, memory = 256, min = 2, max = 10 }
      agent-service      = { cpu = 512, memory = 1024, min = 2, max = 4 }
      credential-service = { cpu = 512, memory = 1024, min = 2, max = 6 }
      token-service      = { cpu = 1024, memory = 2048, min = 2, max = 10 }
      audit-service      = { cpu = 512, memory = 1024, min = 2, max = 4 }
    }
  }

  expect_failures = [var.services]
}
