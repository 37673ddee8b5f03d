-- A client may have any number of credentials that are over, and nothing that it asks for may cost more for them.
-- IF NOT EXISTS: where there are millions the indexes are made beforehand.

-- Those that never end, then those that end or ended last: a right secret is found among the last entries of its client.
CREATE INDEX IF NOT EXISTS credentials_by_end ON credentials (client_id, least(revoked_at, expires_at), credential_id);

-- As they are listed, with what tells their status.
CREATE INDEX IF NOT EXISTS credentials_by_start ON credentials (client_id, created_at, credential_id) INCLUDE (revoked_at, expires_at);

CREATE INDEX IF NOT EXISTS credentials_in_vault ON credentials (client_id)
    WHERE revoked_at IS NULL AND (vault_path IS NOT NULL OR previous_path IS NOT NULL);

-- The planner takes a client for an average one, and would rather sort the few of that than follow the index: to all of one
-- that has many. So it is told that each has a thousand.
ALTER TABLE credentials ALTER COLUMN client_id SET (n_distinct = -0.001);
ANALYZE credentials;
