-- What this service must know of agents, fed by their facts.
CREATE TABLE clients (
    client_id      uuid PRIMARY KEY,
    revision       bigint NOT NULL,
    epoch          bigint NOT NULL,
    status         text   NOT NULL CHECK (status IN ('active', 'suspended', 'decommissioned')),
    agent_type     text   NOT NULL,
    deployment_env text   NOT NULL,
    capabilities   text[] NOT NULL,
    scopes         text[] NOT NULL
);

CREATE TABLE credentials (
    credential_id  uuid PRIMARY KEY,
    client_id      uuid        NOT NULL REFERENCES clients (client_id),
    -- bcrypt; absent when the secret is in Vault
    secret_hash    varchar(60),
    -- HMAC under SECRET_PEPPER, as key id and hex; absent when it was made without a pepper
    secret_mac     varchar(96),
    -- where in Vault the secret is; absent when it is here
    vault_path     varchar(512),
    -- the secret before the last rotation, while both are accepted
    previous_hash  varchar(60),
    previous_mac   varchar(96),
    previous_until timestamptz,
    -- tokens that were issued through this credential under a lower epoch are dead
    epoch          bigint      NOT NULL,
    created_at     timestamptz NOT NULL,
    expires_at     timestamptz,
    revoked_at     timestamptz,
    last_used_at   timestamptz,
    CHECK ((secret_hash IS NULL) <> (vault_path IS NULL))
);

CREATE INDEX credentials_client ON credentials (client_id);

GRANT SELECT, INSERT, UPDATE ON clients TO ${role};
GRANT SELECT, INSERT, UPDATE ON credentials TO ${role};
