# A network without a way in: PostgreSQL and Redis have private addresses, which Cloud Run reaches through the connector.

resource "google_project_service" "this" {
  for_each = toset(["compute", "iam", "redis", "run", "secretmanager", "servicenetworking", "sqladmin", "vpcaccess"])

  service            = "${each.key}.googleapis.com"
  disable_on_destroy = false
}

resource "google_compute_network" "this" {
  name                    = var.name
  auto_create_subnetworks = false

  depends_on = [google_project_service.this]
}

resource "google_compute_subnetwork" "connector" {
  name                     = "${var.name}-connector"
  network                  = google_compute_network.this.id
  region                   = var.region
  ip_cidr_range            = var.connector_cidr
  private_ip_google_access = false
}

resource "google_vpc_access_connector" "this" {
  name          = var.name
  region        = var.region
  machine_type  = "e2-standard-4"
  min_instances = 2
  max_instances = 4

  subnet {
    name = google_compute_subnetwork.connector.name
  }
}

# Where Google puts the private addresses of Cloud SQL and Memorystore.
resource "google_compute_global_address" "services" {
  name          = "${var.name}-services"
  network       = google_compute_network.this.id
  purpose       = "VPC_PEERING"
  address_type  = "INTERNAL"
  prefix_length = 20
}

resource "google_service_networking_connection" "this" {
  network                 = google_compute_network.this.id
  service                 = "servicenetworking.googleapis.com"
  reserved_peering_ranges = [google_compute_global_address.services.name]
}
