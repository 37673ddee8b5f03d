CREATE TABLE agents (
    agent_id       uuid PRIMARY KEY,
    email          varchar(255) NOT NULL,
    agent_type     text         NOT NULL CHECK (agent_type IN ('screener', 'classifier', 'orchestrator', 'extractor',
                                                               'summarizer', 'router', 'monitor', 'custom')),
    version        varchar(64)  NOT NULL,
    capabilities   text[]       NOT NULL CHECK (cardinality(capabilities) BETWEEN 1 AND 100),
    owner          varchar(128) NOT NULL,
    deployment_env text         NOT NULL CHECK (deployment_env IN ('development', 'staging', 'production')),
    scopes         text[]       NOT NULL,
    status         text         NOT NULL CHECK (status IN ('active', 'suspended', 'decommissioned')),
    created_at     timestamptz  NOT NULL,
    updated_at     timestamptz  NOT NULL,
    -- one more with every change: the ETag, and how copies tell old news from new
    revision       bigint       NOT NULL,
    -- one more with every suspension and at decommission: tokens of a lower epoch are dead
    epoch          bigint       NOT NULL
);

CREATE UNIQUE INDEX agents_email ON agents (lower(email));
CREATE INDEX agents_owner ON agents (owner);

-- How many agents are not decommissioned. One row, whose lock makes the limit exact.
CREATE TABLE agent_count (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    active   bigint NOT NULL
);
INSERT INTO agent_count (active) VALUES (0);

GRANT SELECT, INSERT, UPDATE ON agents TO ${role};
GRANT SELECT, UPDATE ON agent_count TO ${role};
