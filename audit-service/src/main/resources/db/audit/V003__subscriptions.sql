-- How far each consumer of the installation has come in the log, under the name that it chose.
CREATE TABLE subscriptions (
    name     text   PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9-]{0,62}$'),
    -- the sequence of the last event that it has acknowledged
    position bigint NOT NULL CHECK (position >= 0)
);

GRANT SELECT, INSERT, UPDATE (position), DELETE ON subscriptions TO ${role};
