locals {
  secret_versions = merge(
    { for name, version in google_secret_manager_secret_version.given : name => version.version },
    {
      DATABASE_URL = google_secret_manager_secret_version.database_url.version
      REDIS_URL    = google_secret_manager_secret_version.redis_url.version
    },
  )

  settings = merge(var.settings, {
    ISSUER_URL         = local.service_url
    DATABASE_AUTHORITY = join("\n", google_sql_database_instance.this.server_ca_cert[*].cert)
    REDIS_AUTHORITY    = join("\n", google_redis_instance.this.server_ca_certs[*].cert)

    # the load balancer's address, Google's front ends, and Cloud Run's own
    TRUSTED_PROXIES = join(",", [google_compute_global_address.lb.address, "35.191.0.0/16", "130.211.0.0/22", "169.254.0.0/16"])
  })
}

# Has no right in the project: it reads its secrets, and that is all.
resource "google_service_account" "this" {
  account_id   = var.name
  display_name = "AgentIdP (${var.name})"

  depends_on = [google_project_service.this]
}

resource "google_cloud_run_v2_service" "this" {
  name                = var.name
  location            = var.region
  deletion_protection = var.deletion_protection

  # from the load balancer and from nowhere else; who calls is asked by AgentIdP, not by Google
  ingress              = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
  invoker_iam_disabled = true

  template {
    service_account                  = google_service_account.this.email
    execution_environment            = "EXECUTION_ENVIRONMENT_GEN2"
    timeout                          = "3600s" # the longest that there is: an export of the audit log takes as long as its reader does
    max_instance_request_concurrency = 250

    scaling {
      min_instance_count = var.instances.min
      max_instance_count = var.instances.max
    }

    vpc_access {
      connector = google_vpc_access_connector.this.id
      egress    = "ALL_TRAFFIC"
    }

    containers {
      image = var.image

      ports {
        container_port = 3000
      }

      # facts are passed on, marks renewed and checkpoints signed also while nobody calls: the processor stays
      resources {
        cpu_idle          = false
        startup_cpu_boost = true
        limits            = { cpu = tostring(var.instances.cpu), memory = "${var.instances.memory_mb}Mi" }
      }

      startup_probe {
        period_seconds    = 5
        timeout_seconds   = 3
        failure_threshold = 48

        http_get {
          port = 9000
          path = "/health/ready"
        }
      }

      liveness_probe {
        period_seconds    = 10
        timeout_seconds   = 3
        failure_threshold = 6

        http_get {
          port = 9000
          path = "/health/live"
        }
      }

      dynamic "env" {
        for_each = local.settings

        content {
          name  = env.key
          value = env.value
        }
      }

      # by number, so that another value makes another revision
      dynamic "env" {
        for_each = google_secret_manager_secret.this

        content {
          name = env.key

          value_source {
            secret_key_ref {
              secret  = env.value.secret_id
              version = local.secret_versions[env.key]
            }
          }
        }
      }
    }
  }

  depends_on = [google_secret_manager_secret_iam_member.this]
}
