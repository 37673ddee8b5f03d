resource "google_sql_database_instance" "this" {
  name                = var.name
  region              = var.region
  database_version    = "POSTGRES_14"
  deletion_protection = var.deletion_protection

  settings {
    edition                     = "ENTERPRISE"
    tier                        = var.database.tier
    availability_type           = "REGIONAL"
    disk_type                   = "PD_SSD"
    disk_size                   = var.database.storage_gb
    disk_autoresize             = true
    disk_autoresize_limit       = var.database.max_storage_gb
    deletion_protection_enabled = var.deletion_protection

    ip_configuration {
      ipv4_enabled    = false
      private_network = google_compute_network.this.id
      ssl_mode        = "ENCRYPTED_ONLY"
    }

    backup_configuration {
      enabled                        = true
      start_time                     = "02:00"
      point_in_time_recovery_enabled = true
      transaction_log_retention_days = 7

      backup_retention_settings {
        retained_backups = var.database.backup_retention_days
      }
    }

    maintenance_window {
      day          = 7
      hour         = 3
      update_track = "stable"
    }

    # shows which statements are slow; the log, which would show their values too, is not told
    insights_config {
      query_insights_enabled = true
    }
  }

  # which grows by itself: a smaller one would be another database
  lifecycle {
    ignore_changes = [settings[0].disk_size]
  }

  depends_on = [google_service_networking_connection.this]
}

# Database and owner go with the instance: what the owner has made would keep both from going before.
resource "google_sql_database" "this" {
  name            = "agentidp"
  instance        = google_sql_database_instance.this.name
  deletion_policy = "ABANDON"
}

resource "google_sql_user" "this" {
  name                = "agentidp"
  instance            = google_sql_database_instance.this.name
  password_wo         = var.secrets == null ? "" : var.secrets.DATABASE_PASSWORD
  password_wo_version = var.secrets_version
  deletion_policy     = "ABANDON"

  # fails first where there are no values to write
  depends_on = [google_secret_manager_secret_version.given]
}
