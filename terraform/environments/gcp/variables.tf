variable "project" {
  description = "Google Cloud project, which should hold nothing else."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project))
    error_message = "The project's id: 6 to 30 lower-case letters, digits and hyphens."
  }
}

variable "region" {
  description = "Google Cloud region."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "A region is named like europe-west1."
  }
}

variable "name" {
  description = "Name of this installation, and of everything in it."
  type        = string
  default     = "agentidp"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,18}[a-z0-9]$", var.name))
    error_message = "6 to 20 lower-case letters, digits and hyphens, beginning with a letter: service accounts and connectors have such names."
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

variable "client_cidrs" {
  description = "Networks that may call, * for the internet."
  type        = set(string)
  default     = ["*"]

  validation {
    condition     = length(var.client_cidrs) >= 1 && length(var.client_cidrs) <= 10 && alltrue([for cidr in var.client_cidrs : cidr == "*" || can(cidrhost(cidr, 0))])
    error_message = "1 to 10 networks, such as 203.0.113.0/24: more do not fit into a rule."
  }
}

variable "connector_cidr" {
  description = "Addresses of the connector through which Cloud Run reaches the network."
  type        = string
  default     = "10.50.0.0/28"

  validation {
    condition     = can(cidrnetmask(var.connector_cidr)) && endswith(var.connector_cidr, "/28")
    error_message = "An IPv4 network of /28, which is what a connector takes."
  }
}

variable "image" {
  description = "Image of standalone in Artifact Registry, with its version."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9-]+-docker\\.pkg\\.dev/[^:@]+(:[A-Za-z0-9_][A-Za-z0-9_.-]*|@sha256:[0-9a-f]{64})$", var.image)) && !endswith(var.image, ":latest")
    error_message = "Like europe-west1-docker.pkg.dev/PROJECT/agentidp/standalone:1.0.0, with a version or digest that is not latest."
  }
}

variable "instances" {
  description = "Cores and MiB of memory of an instance, and how many there are at least and at most."
  type = object({
    cpu       = optional(number, 2)
    memory_mb = optional(number, 2048)
    min       = optional(number, 2)
    max       = optional(number, 10)
  })
  default = {}

  validation {
    condition     = contains([1, 2, 4, 8], var.instances.cpu) && var.instances.memory_mb >= 1024
    error_message = "1, 2, 4 or 8 cores, and 1024 MiB or more: five processes in one take that."
  }

  validation {
    condition     = var.instances.min >= 1 && var.instances.max >= var.instances.min
    error_message = "At least one instance, because there is work also while nobody calls, and at most no fewer than at least."
  }
}

variable "database" {
  description = "Size of PostgreSQL: machine, storage to begin with and up to where it grows in GiB, and how many daily backups are kept."
  type = object({
    tier                  = optional(string, "db-custom-2-8192")
    storage_gb            = optional(number, 100)
    max_storage_gb        = optional(number, 1000)
    backup_retention_days = optional(number, 14)
  })
  default = {}

  validation {
    condition     = var.database.storage_gb >= 10 && var.database.max_storage_gb > var.database.storage_gb && var.database.backup_retention_days >= 1
    error_message = "10 GiB or more, room to grow, and one backup or more."
  }
}

variable "redis_memory_gb" {
  description = "Memory of Redis, in GiB."
  type        = number
  default     = 1

  validation {
    condition     = var.redis_memory_gb >= 1 && floor(var.redis_memory_gb) == var.redis_memory_gb
    error_message = "Whole GiB, from 1."
  }
}

variable "settings" {
  description = "Further settings (docs/settings.md)."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.settings) : !can(regex("PRIVATE_KEY|SECRET|TOKEN$|PEPPER|ENCRYPTION_KEY|SIGNING_KEY|_URL$", name))])
    error_message = "Secrets belong into var.secrets, and addresses are known here already."
  }
}

variable "secrets" {
  description = "Settings that are secrets, and DATABASE_PASSWORD, as terraform/make-secrets makes them (what it makes for a cluster is not used). Not in the state. null where nothing about them changes."
  type = object({
    DATABASE_PASSWORD       = string
    JWT_PRIVATE_KEY         = string
    JWT_PUBLIC_KEY          = string
    KEY_ENCRYPTION_KEY      = string
    SECRET_PEPPER           = string
    BOOTSTRAP_CLIENT_SECRET = string
    AUDIT_SIGNING_KEY       = string
  })
  sensitive = true
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
  description = "The secrets are written, and the instances replaced, when this number changes."
  type        = number
  default     = 1

  validation {
    condition     = var.secrets_version >= 1 && floor(var.secrets_version) == var.secrets_version
    error_message = "A whole number from 1."
  }
}

variable "deletion_protection" {
  description = "Refuse to delete database and service."
  type        = bool
  default     = true
}
