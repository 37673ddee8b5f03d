-- When an instance that holds the key last said so: from verifiable_until it could not be told, because that depends on how long
-- tokens lived when it was written.
ALTER TABLE signing_keys ADD COLUMN renewed_at timestamptz NOT NULL DEFAULT now();
