variable "name" {
  description = "Name of the load balancer and of what belongs to it."
  type        = string
}

variable "vpc_id" {
  description = "VPC that holds the load balancer."
  type        = string
}

variable "subnet_ids" {
  description = "Public subnets of at least two availability zones."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "A load balancer takes subnets in two availability zones or more."
  }
}

variable "domain_name" {
  description = "Host name under which clients know the service."
  type        = string
}

variable "zone_id" {
  description = "Route 53 zone in which that name lies; null makes a zone of that name."
  type        = string
}

variable "client_cidrs" {
  description = "Networks that may call."
  type        = set(string)
}

variable "gateway_port" {
  description = "Port at which gateways speak HTTPS."
  type        = number
}

variable "management_port" {
  description = "Port at which gateways say whether they are ready."
  type        = number
}

variable "deletion_protection" {
  description = "Refuse to delete the load balancer."
  type        = bool
}
