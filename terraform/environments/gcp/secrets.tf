locals {
  # those that are given; each is a setting of that name
  given = toset([
    "JWT_PRIVATE_KEY", "JWT_PUBLIC_KEY", "KEY_ENCRYPTION_KEY", "SECRET_PEPPER", "BOOTSTRAP_CLIENT_SECRET", "AUDIT_SIGNING_KEY",
  ])

  # those that also need an address
  addresses = toset(["DATABASE_URL", "REDIS_URL"])

  # verify-ca, not verify-full: the authority signs for this one server, and its certificate does not name the address
  database_url = "postgresql://${google_sql_user.this.name}:${var.secrets == null ? "" : var.secrets.DATABASE_PASSWORD}@${google_sql_database_instance.this.private_ip_address}:5432/${google_sql_database.this.name}?sslmode=verify-ca"
}

resource "google_secret_manager_secret" "this" {
  for_each = setunion(local.given, local.addresses)

  secret_id = "${var.name}-${each.key}"

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }

  depends_on = [google_project_service.this]
}

# Each secret names who may read it, and that is the one service.
resource "google_secret_manager_secret_iam_member" "this" {
  for_each = google_secret_manager_secret.this

  secret_id = each.value.id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.this.member
}

# Written when the version changes, and not in the state. Without values there is nothing to write, which Google refuses. What
# was there before stays, because instances that run were told its number.
resource "google_secret_manager_secret_version" "given" {
  for_each = local.given

  secret                 = google_secret_manager_secret.this[each.key].id
  secret_data_wo         = var.secrets == null ? "" : var.secrets[each.key]
  secret_data_wo_version = var.secrets_version
  deletion_policy        = "ABANDON"
}

resource "google_secret_manager_secret_version" "database_url" {
  secret                 = google_secret_manager_secret.this["DATABASE_URL"].id
  secret_data_wo         = local.database_url
  secret_data_wo_version = var.secrets_version
  deletion_policy        = "ABANDON"
}

# Google makes this password, and the state knows it. As with the database, the authority signs for this one Redis.
resource "google_secret_manager_secret_version" "redis_url" {
  secret          = google_secret_manager_secret.this["REDIS_URL"].id
  secret_data     = "rediss://:${google_redis_instance.this.auth_string}@${google_redis_instance.this.host}:${google_redis_instance.this.port}/0?sslmode=verify-ca"
  deletion_policy = "ABANDON"
}
