variable "name" {
  description = "Name of the replication group and of what belongs to it."
  type        = string
}

variable "vpc_id" {
  description = "VPC that holds Redis."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets of at least two availability zones, none with a way to the internet."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "A primary and a replica take subnets in two availability zones or more."
  }
}

variable "node_type" {
  description = "Size of primary and replica, such as cache.t4g.small."
  type        = string

  validation {
    condition     = startswith(var.node_type, "cache.")
    error_message = "A node type begins with cache."
  }
}

variable "apply_immediately" {
  description = "Change what interrupts Redis at once, and not in the maintenance window."
  type        = bool
}

variable "kms_key_arn" {
  description = "Key that encrypts what is at rest, and the secret that holds REDIS_URL."
  type        = string
}
