mock_provider "google" {
  mock_resource "google_sql_database_instance" {
    defaults = {
      private_ip_address = "10.60.0.3"
      server_ca_cert     = [{ cert = "of the database", common_name = "", create_time = "", expiration_time = "", sha1_fingerprint = "" }]
    }
  }

  mock_resource "google_redis_instance" {
    defaults = {
      host            = "10.60.1.3"
      port            = 6378
      server_ca_certs = [{ cert = "of Redis", create_time = "", expire_time = "", serial_number = "", sha1_fingerprint = "" }]
    }
  }
}

variables {
  project     = "example-agentidp"
  region      = "europe-west1"
  domain_name = "idp.example.com"
  image       = "europe-west1-docker.pkg.dev/example-agentidp/agentidp/standalone:1.0.0"
  secrets = {
    DATABASE_PASSWORD       = "00000000000000000000000000000000"
    JWT_PRIVATE_KEY         = "a"
    JWT_PUBLIC_KEY          = "b"
    KEY_ENCRYPTION_KEY      = "c"
    SECRET_PEPPER           = "of-the-test-alone-and-32-characters"
    BOOTSTRAP_CLIENT_SECRET = "of-the-test-alone-and-32-characters"
    AUDIT_SIGNING_KEY       = "d"
  }
}

run "the_load_balancer_alone_is_in_the_internet" {
  assert {
    condition     = !google_sql_database_instance.this.settings[0].ip_configuration[0].ipv4_enabled && google_sql_database_instance.this.settings[0].ip_configuration[0].private_network == google_compute_network.this.id
    error_message = "The database has an address of the internet."
  }

  assert {
    condition     = google_redis_instance.this.connect_mode == "PRIVATE_SERVICE_ACCESS" && google_redis_instance.this.authorized_network == google_compute_network.this.id
    error_message = "Redis is reached from elsewhere."
  }

  assert {
    condition     = google_cloud_run_v2_service.this.template[0].vpc_access[0].egress == "ALL_TRAFFIC" && !google_compute_subnetwork.connector.private_ip_google_access
    error_message = "A process reaches the internet past the network without a way out."
  }

  assert {
    condition     = google_cloud_run_v2_service.this.ingress == "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
    error_message = "Cloud Run is called past the load balancer."
  }

  assert {
    condition     = google_compute_target_http_proxy.this.url_map == google_compute_url_map.http.id && google_compute_url_map.http.default_url_redirect[0].https_redirect
    error_message = "Something is served in clear."
  }

  assert {
    condition     = google_compute_ssl_policy.this.min_tls_version == "TLS_1_2" && google_compute_target_https_proxy.this.ssl_policy == google_compute_ssl_policy.this.id
    error_message = "Clients need not speak TLS 1.2 or later."
  }
}

run "an_export_is_not_cut_off_after_a_minute" {
  assert {
    condition     = google_cloud_run_v2_service.this.template[0].timeout == "3600s"
    error_message = "Whoever exports more than a minute's worth of the audit log gets a part of it."
  }
}

run "who_may_not_call_is_refused_at_the_load_balancer" {
  variables {
    client_cidrs = ["203.0.113.7/32"]
  }

  assert {
    condition     = google_compute_backend_service.this.security_policy == google_compute_security_policy.this.id
    error_message = "The load balancer asks nobody who they are."
  }

  assert {
    condition     = { for rule in google_compute_security_policy.this.rule : rule.action => rule.match[0].config[0].src_ip_ranges } == { allow = toset(["203.0.113.7/32"]), "deny(403)" = toset(["*"]) }
    error_message = "Others than the given networks are let in."
  }
}

run "everything_is_encrypted_on_its_way" {
  assert {
    condition     = google_sql_database_instance.this.settings[0].ip_configuration[0].ssl_mode == "ENCRYPTED_ONLY" && endswith(local.database_url, "@10.60.0.3:5432/agentidp?sslmode=verify-ca")
    error_message = "The database speaks in clear, or is not known by its certificate."
  }

  assert {
    condition     = google_redis_instance.this.transit_encryption_mode == "SERVER_AUTHENTICATION" && google_redis_instance.this.auth_enabled && startswith(google_secret_manager_secret_version.redis_url.secret_data, "rediss://:") && endswith(google_secret_manager_secret_version.redis_url.secret_data, "?sslmode=verify-ca")
    error_message = "Redis speaks in clear, or asks for no password."
  }

  assert {
    condition     = local.settings.DATABASE_AUTHORITY == "of the database" && local.settings.REDIS_AUTHORITY == "of Redis"
    error_message = "The service does not know by whose certificates to know them."
  }
}

run "nothing_is_lost_with_a_zone" {
  assert {
    condition     = google_sql_database_instance.this.database_version == "POSTGRES_14" && google_sql_database_instance.this.settings[0].availability_type == "REGIONAL"
    error_message = "The database is in one zone."
  }

  assert {
    condition     = google_sql_database_instance.this.settings[0].backup_configuration[0].enabled && google_sql_database_instance.this.settings[0].backup_configuration[0].point_in_time_recovery_enabled && google_sql_database_instance.this.deletion_protection
    error_message = "The database can be lost."
  }

  assert {
    condition     = google_redis_instance.this.tier == "STANDARD_HA" && google_redis_instance.this.redis_configs["maxmemory-policy"] == "noeviction"
    error_message = "Redis has no replica, or may evict revocation marks."
  }
}

run "the_service_reads_its_secrets_and_has_no_other_right" {
  assert {
    condition     = toset(keys(google_secret_manager_secret_iam_member.this)) == toset(keys(google_secret_manager_secret.this)) && alltrue([for member in values(google_secret_manager_secret_iam_member.this) : member.role == "roles/secretmanager.secretAccessor" && member.member == google_service_account.this.member])
    error_message = "Others than the service read a secret, or it may do more than read."
  }

  assert {
    condition     = google_cloud_run_v2_service.this.template[0].service_account == google_service_account.this.email
    error_message = "The service runs as somebody else."
  }

  assert {
    condition = alltrue([
      for setting in google_cloud_run_v2_service.this.template[0].containers[0].env :
      contains(keys(google_secret_manager_secret.this), setting.name) == (length(setting.value_source) == 1)
    ])
    error_message = "A secret stands in the service's description."
  }

  assert {
    condition     = alltrue([for version in concat(values(google_secret_manager_secret_version.given), [google_secret_manager_secret_version.database_url]) : version.secret_data_wo_version == var.secrets_version]) && google_sql_user.this.password_wo_version == var.secrets_version
    error_message = "A secret is written otherwise than past the state."
  }
}

run "instances_that_run_keep_their_secrets" {
  assert {
    condition     = alltrue([for version in concat(values(google_secret_manager_secret_version.given), [google_secret_manager_secret_version.database_url, google_secret_manager_secret_version.redis_url]) : version.deletion_policy == "ABANDON"])
    error_message = "A secret that is replaced is destroyed, while instances still name it."
  }
}

run "there_is_always_somebody_at_work" {
  assert {
    condition     = !google_cloud_run_v2_service.this.template[0].containers[0].resources[0].cpu_idle && google_cloud_run_v2_service.this.template[0].scaling[0].min_instance_count >= 1
    error_message = "Facts wait until somebody calls."
  }
}

run "no_secret_is_a_setting" {
  command = plan

  variables {
    settings = { SECRET_PEPPER = "of-the-test-alone" }
  }

  expect_failures = [var.settings]
}

run "what_runs_has_a_version" {
  command = plan

  variables {
    image = "europe-west1-docker.pkg.dev/example-agentidp/agentidp/standalone:latest"
  }

  expect_failures = [var.image]
}
