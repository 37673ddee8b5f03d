variable "name" {
  description = "Name of the database instance and of what belongs to it."
  type        = string
}

variable "vpc_id" {
  description = "VPC that holds the database."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets of at least two availability zones, none with a way to the internet."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "Multi-AZ takes subnets in two availability zones or more."
  }
}

variable "instance_class" {
  description = "Size of the two instances, such as db.t4g.medium."
  type        = string

  validation {
    condition     = startswith(var.instance_class, "db.")
    error_message = "An instance class begins with db."
  }
}

variable "storage_gb" {
  description = "Storage to begin with, in GiB."
  type        = number

  validation {
    condition     = var.storage_gb >= 20
    error_message = "RDS gives 20 GiB or more."
  }
}

variable "max_storage_gb" {
  description = "Up to where the storage grows by itself, in GiB."
  type        = number

  validation {
    condition     = var.max_storage_gb > var.storage_gb
    error_message = "The storage must be able to grow."
  }
}

variable "password" {
  description = "Password of the owner, who makes roles, schemas and tables. Goes to RDS and into the secret that holds DATABASE_URL, and nowhere else."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "password_version" {
  description = "The password is written when this number changes."
  type        = number
}

variable "written" {
  description = "What must have been written before the password is: other secrets, which AWS refuses where they are missing."
  type        = list(string)
}

variable "apply_immediately" {
  description = "Change what interrupts the database at once, and not in the maintenance window."
  type        = bool
}

variable "kms_key_arn" {
  description = "Key that encrypts storage, backups, Performance Insights and the secret that holds DATABASE_URL."
  type        = string
}

variable "backup_retention_days" {
  description = "Days for which the database can be put back to any moment."
  type        = number

  validation {
    condition     = var.backup_retention_days >= 1 && var.backup_retention_days <= 35
    error_message = "From 1 to 35 days: 0 would switch backups off."
  }
}

variable "log_retention_days" {
  description = "Days for which the database's log is kept."
  type        = number
}

variable "deletion_protection" {
  description = "Refuse to delete the database, and keep a last snapshot when it is deleted after all."
  type        = bool
}
