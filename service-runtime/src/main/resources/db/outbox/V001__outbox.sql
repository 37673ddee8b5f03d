-- One row a fact and a subscriber that has not acknowledged it. Empty at rest.
CREATE TABLE outbox (
    event_id   uuid        NOT NULL,
    subscriber text        NOT NULL,
    fact       text        NOT NULL,
    attempts   integer     NOT NULL DEFAULT 0,
    -- when the relay shall take the row up if whoever wrote it has not delivered it by then
    due_at     timestamptz NOT NULL DEFAULT now() + interval '10 seconds',
    PRIMARY KEY (event_id, subscriber)
);

CREATE INDEX outbox_due ON outbox (subscriber, due_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO ${role};
