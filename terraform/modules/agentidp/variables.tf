variable "name" {
  description = "Name of the ECS cluster and of what belongs to it."
  type        = string
}

variable "services" {
  description = "For the gateway and each service: CPU units (1024 are one core) and MiB of memory of a task, and how many tasks there are at least and at most."
  type = map(object({
    cpu    = number
    memory = number
    min    = number
    max    = number
  }))

  validation {
    condition     = toset(keys(var.services)) == toset(["gateway", "agent-service", "credential-service", "token-service", "audit-service"])
    error_message = "There are gateway, agent-service, credential-service, token-service and audit-service, all of them and no other."
  }

  validation {
    condition     = alltrue([for size in values(var.services) : size.memory >= 512])
    error_message = "A process takes about 200 MiB before anything happens: give it 512 or more."
  }

  validation {
    condition     = alltrue([for size in values(var.services) : size.min >= 1 && size.max >= size.min])
    error_message = "At least one task each, and at most no fewer than at least."
  }
}

variable "ports" {
  description = "Ports of a process: HTTPS of the gateway, health and metrics, membership (and the next one) and the event bus."
  type = object({
    gateway    = number
    management = number
    membership = number
    bus        = number
  })
}

variable "vpc_id" {
  description = "VPC that holds the tasks."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets of the tasks."
  type        = list(string)
}

variable "load_balancer" {
  description = "Who sends requests: its security group, its networks (whose X-Forwarded-For is believed) and the target group that the gateways join."
  type = object({
    security_group_id = string
    cidrs             = list(string)
    target_group_arn  = string
  })
}

variable "database" {
  description = "PostgreSQL: its security group and port, and the secret that holds DATABASE_URL."
  type = object({
    security_group_id = string
    port              = number
    url_secret_arn    = string
  })
}

variable "redis" {
  description = "Redis: its security group and port, and the secret that holds REDIS_URL."
  type = object({
    security_group_id = string
    port              = number
    url_secret_arn    = string
  })
}

variable "endpoints" {
  description = "How AWS is reached without the internet: security group of the interface endpoints, prefix list of the one for S3."
  type = object({
    security_group_id = string
    s3_prefix_list_id = string
  })
}

variable "image_repository" {
  description = "Registry and prefix in ECR under which the images lie, such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com/agentidp."
  type        = string
}

variable "image_tag" {
  description = "Version of the images."
  type        = string
}

variable "cpu_architecture" {
  description = "What the images were built for: X86_64 or ARM64."
  type        = string
}

variable "issuer_url" {
  description = "Root of all URLs, and issuer of every token."
  type        = string
}

variable "settings" {
  description = "Further settings that are no secrets, for every process."
  type        = map(string)
}

variable "secrets" {
  description = "Settings that are secrets. null where nothing about them changes."
  type        = map(string)
  sensitive   = true
  ephemeral   = true
}

variable "secrets_version" {
  description = "The secrets are written, and the tasks replaced, when this number changes."
  type        = number
}

variable "kms_key_arn" {
  description = "Key that encrypts the secrets."
  type        = string
}

variable "log_retention_days" {
  description = "Days for which logs are kept."
  type        = number
}
