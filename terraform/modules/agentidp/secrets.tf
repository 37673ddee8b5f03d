locals {
  own_secrets = setsubtract(keys(local.readers), ["DATABASE_URL", "REDIS_URL"])

  secret_arns = merge(
    { for name, secret in aws_secretsmanager_secret.this : name => secret.arn },
    { DATABASE_URL = var.database.url_secret_arn, REDIS_URL = var.redis.url_secret_arn },
  )

  secrets_of = {
    for service in local.services : service => {
      for name, readers in local.readers : name => local.secret_arns[name] if contains(readers, service)
    }
  }
}

# Names end in something random, because a deleted secret keeps its name for a while.
resource "aws_secretsmanager_secret" "this" {
  for_each = local.own_secrets

  name_prefix = "${var.name}/${each.key}-"
  description = "${each.key} of ${var.name}"
  kms_key_id  = var.kms_key_arn
}

# Written when the version changes, and in no plan and no state. Without values there is nothing to write, which AWS refuses.
resource "aws_secretsmanager_secret_version" "this" {
  for_each = local.own_secrets

  secret_id                = aws_secretsmanager_secret.this[each.key].id
  secret_string_wo         = var.secrets == null ? "" : var.secrets[each.key]
  secret_string_wo_version = var.secrets_version
}
