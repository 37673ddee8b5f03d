-- Public keys only: those that may still verify a live token.
CREATE TABLE signing_keys (
    kid              text PRIMARY KEY,
    jwk              text        NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT now(),
    verifiable_until timestamptz NOT NULL
);

-- What makes tokens dead: a token by its id, an agent's or a credential's tokens by their epoch.
CREATE TABLE revocations (
    kind       text        NOT NULL CHECK (kind IN ('token', 'credential', 'agent')),
    id         uuid        NOT NULL,
    -- tokens of a lower epoch are dead; 1 where the mark is for one token
    epoch      bigint      NOT NULL,
    -- when the last token that it can concern has expired
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE INDEX revocations_expires_at ON revocations (expires_at);

-- How many tokens each client has had in a calendar month (UTC).
CREATE TABLE token_monthly_counts (
    client_id    uuid   NOT NULL,
    month        date   NOT NULL,
    issued       bigint NOT NULL,
    -- how many the latest statement granted; only that statement reads it
    last_granted bigint NOT NULL,
    PRIMARY KEY (client_id, month)
);

GRANT SELECT, INSERT, UPDATE ON signing_keys TO ${role};
GRANT SELECT, INSERT, UPDATE, DELETE ON revocations TO ${role};
GRANT SELECT, INSERT, UPDATE ON token_monthly_counts TO ${role};
