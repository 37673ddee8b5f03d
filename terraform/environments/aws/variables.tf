variable "region" {
  description = "AWS region."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region is named like eu-west-1."
  }
}

variable "name" {
  description = "Name of this installation, and of everything in it."
  type        = string
  default     = "agentidp"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,18}[a-z0-9]$", var.name))
    error_message = "2 to 20 lower-case letters, digits and hyphens, beginning with a letter: load balancers have short names."
  }
}

variable "domain_name" {
  description = "Host name under which clients know the service: https:// and this name is the issuer of every token."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain_name))
    error_message = "A host name in lower case with a dot in it, such as idp.example.com."
  }
}

variable "zone_id" {
  description = "Route 53 zone in which the host name lies. null makes a zone of that name, which the zone above it must then name."
  type        = string
  default     = null
}

variable "client_cidrs" {
  description = "IPv4 networks that may call. The internet, unless told otherwise."
  type        = set(string)
  default     = ["0.0.0.0/0"]

  validation {
    condition     = length(var.client_cidrs) > 0 && alltrue([for cidr in var.client_cidrs : can(cidrnetmask(cidr))])
    error_message = "One IPv4 network or more, such as 203.0.113.0/24."
  }
}

variable "vpc_cidr" {
  description = "Addresses of the VPC, of which each subnet takes a sixteenth."
  type        = string
  default     = "10.40.0.0/16"

  validation {
    condition     = can(cidrnetmask(var.vpc_cidr)) && try(tonumber(split("/", var.vpc_cidr)[1]) >= 16 && tonumber(split("/", var.vpc_cidr)[1]) <= 22, false)
    error_message = "An IPv4 network from /16 to /22."
  }
}

variable "zone_count" {
  description = "Availability zones to be in."
  type        = number
  default     = 3

  validation {
    condition     = var.zone_count >= 2 && var.zone_count <= 4
    error_message = "From 2 to 4: one is none that may fail, and the address plan has room for four."
  }
}

variable "image_repository" {
  description = "Registry and prefix in ECR under which the images lie, of this region; behind it come /gateway, /agent-service and so on."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.amazonaws\\.com/[a-z0-9/_-]+$", var.image_repository))
    error_message = "Like 123456789012.dkr.ecr.eu-west-1.amazonaws.com/agentidp: the processes reach no other registry."
  }
}

variable "image_tag" {
  description = "Version of the images."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$", var.image_tag)) && var.image_tag != "latest"
    error_message = "A version, not latest: what runs must be what was meant, also after a restart."
  }
}

variable "cpu_architecture" {
  description = "What the images were built for."
  type        = string
  default     = "X86_64"

  validation {
    condition     = contains(["X86_64", "ARM64"], var.cpu_architecture)
    error_message = "X86_64 or ARM64."
  }
}

variable "services" {
  description = "For the gateway and each service: CPU units (1024 are one core) and MiB of memory of a task, in a combination that Fargate has, and how many tasks there are at least and at most."
  type = map(object({
    cpu    = number
    memory = number
    min    = number
    max    = number
  }))
  default = {
    gateway            = { cpu = 1024, memory = 2048, min = 2, max = 10 }
    agent-service      = { cpu = 512, memory = 1024, min = 2, max = 4 }
    credential-service = { cpu = 512, memory = 1024, min = 2, max = 6 }
    token-service      = { cpu = 1024, memory = 2048, min = 2, max = 10 }
    audit-service      = { cpu = 512, memory = 1024, min = 2, max = 4 }
  }
}

variable "database" {
  description = "Size of PostgreSQL: instance class, storage to begin with and up to where it grows in GiB, and for how many days it can be put back to any moment."
  type = object({
    instance_class        = optional(string, "db.m7g.large")
    storage_gb            = optional(number, 100)
    max_storage_gb        = optional(number, 1000)
    backup_retention_days = optional(number, 14)
  })
  default = {}
}

variable "redis_node_type" {
  description = "Size of Redis's primary and replica."
  type        = string
  default     = "cache.t4g.small"
}

variable "database_authority" {
  description = "Certificates in PEM of who signs for RDS in this region: no process takes another server for PostgreSQL."
  type        = string

  validation {
    condition     = can(regex("-----BEGIN CERTIFICATE-----", var.database_authority))
    error_message = "PEM, as https://truststore.pki.rds.amazonaws.com has it."
  }
}

variable "settings" {
  description = "Further settings, for every process (docs/settings.md)."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.settings) : !can(regex("PRIVATE_KEY|SECRET|TOKEN$|PEPPER|ENCRYPTION_KEY|SIGNING_KEY|_URL$", name))])
    error_message = "Secrets belong into var.secrets, and addresses are known here already."
  }
}

variable "secrets" {
  description = "Settings that are secrets, and DATABASE_PASSWORD, as terraform/make-secrets makes them. Neither in the plan nor in the state. null where nothing about them changes."
  type = object({
    DATABASE_PASSWORD       = string
    CLUSTER_CERTIFICATE     = string
    CLUSTER_PRIVATE_KEY     = string
    CLUSTER_AUTHORITY       = string
    TLS_CERTIFICATE         = string
    TLS_PRIVATE_KEY         = string
    JWT_PRIVATE_KEY         = string
    JWT_PUBLIC_KEY          = string
    KEY_ENCRYPTION_KEY      = string
    SECRET_PEPPER           = string
    BOOTSTRAP_CLIENT_SECRET = string
    AUDIT_SIGNING_KEY       = string
  })
  sensitive = true
  ephemeral = true
  default   = null

  validation {
    condition     = var.secrets == null || can(regex("^[0-9A-Za-z]{32,128}$", var.secrets.DATABASE_PASSWORD))
    error_message = "DATABASE_PASSWORD takes 32 to 128 letters and digits, because it stands in a URL."
  }

  validation {
    condition     = var.secrets == null || try(length(var.secrets.SECRET_PEPPER) >= 32 && length(var.secrets.BOOTSTRAP_CLIENT_SECRET) >= 32, false)
    error_message = "SECRET_PEPPER and BOOTSTRAP_CLIENT_SECRET take 32 characters or more."
  }
}

variable "secrets_version" {
  description = "The secrets are written, and the processes replaced, when this number changes."
  type        = number
  default     = 1

  validation {
    condition     = var.secrets_version >= 1 && floor(var.secrets_version) == var.secrets_version
    error_message = "A whole number from 1."
  }
}

variable "log_retention_days" {
  description = "Days for which logs are kept."
  type        = number
  default     = 90

  validation {
    condition     = contains([7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731], var.log_retention_days)
    error_message = "CloudWatch keeps logs for 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545 or 731 days."
  }
}

variable "apply_immediately" {
  description = "Change the size of PostgreSQL and Redis at once, with an interruption, and not in their maintenance window."
  type        = bool
  default     = false
}

variable "deletion_protection" {
  description = "Refuse to delete database and load balancer."
  type        = bool
  default     = true
}
