-- One row an audited action, partitioned by month. The service's role may insert and read, and nothing else.
CREATE TABLE audit_events (
    sequence   bigint       NOT NULL,
    event_id   uuid         NOT NULL,
    agent_id   uuid,
    action     text         NOT NULL,
    outcome    text         NOT NULL CHECK (outcome IN ('success', 'failure')),
    ip_address text,
    user_agent varchar(512),
    metadata   jsonb        NOT NULL,
    timestamp  timestamptz  NOT NULL,
    request_id varchar(128) NOT NULL,
    actor_id   uuid,
    -- SHA-256 over the hash before and every other column but this one
    hash       bytea        NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (timestamp, event_id)
) PARTITION BY RANGE (timestamp);

CREATE INDEX audit_events_event ON audit_events (event_id);
CREATE INDEX audit_events_sequence ON audit_events (sequence);
CREATE INDEX audit_events_agent ON audit_events (agent_id, timestamp DESC, event_id DESC);
CREATE INDEX audit_events_action ON audit_events (action, timestamp DESC, event_id DESC);

-- Takes what no month has been made for, so that no event is ever refused.
CREATE TABLE audit_events_other PARTITION OF audit_events DEFAULT;

-- The end of the hash chain. One row, whose lock gives the chain one end.
CREATE TABLE audit_head (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    sequence bigint NOT NULL,
    hash     bytea  NOT NULL
);
INSERT INTO audit_head (sequence, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

-- Under this secret the cursors of all instances are made.
CREATE TABLE cursor_key (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    key      bytea NOT NULL
);
INSERT INTO cursor_key (key)
VALUES (sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));

-- Makes the partition of the month that holds this day. Runs as the owner, because the service's role may not make tables,
-- and so makes no more of them than are wanted soon. A month of which events have come before it was made stays where they
-- are: in the partition that takes the rest.
CREATE FUNCTION ensure_audit_partition(day date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp AS
$$
DECLARE
    month date := date_trunc('month', day);
    name  text := 'audit_events_' || to_char(month, 'YYYY_MM');
BEGIN
    IF month IS NULL OR month > (now() AT TIME ZONE 'UTC')::date + interval '3 months' THEN
        RAISE EXCEPTION 'no partition is made for %: it is more than three months ahead', coalesce(name, 'no month');
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('ensure_audit_partition'));
    IF to_regclass(name) IS NULL THEN
        EXECUTE format('CREATE TABLE %I PARTITION OF audit_events FOR VALUES FROM (%L) TO (%L)',
                       name,
                       to_char(month, 'YYYY-MM-DD') || ' 00:00:00+00',
                       to_char(month + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00');
    END IF;
EXCEPTION
    WHEN check_violation THEN
        RAISE WARNING 'partition % is not made: some of its events are in audit_events_other already', name;
END
$$;

REVOKE ALL ON FUNCTION ensure_audit_partition(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_audit_partition(date) TO ${role};
GRANT SELECT, INSERT ON audit_events TO ${role};
GRANT SELECT, UPDATE ON audit_head TO ${role};
GRANT SELECT ON cursor_key TO ${role};
