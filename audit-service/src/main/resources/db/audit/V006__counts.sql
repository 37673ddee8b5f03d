-- How many events there are: of each agent by day, and of all, those of no agent too, by hour. Both in UTC.
CREATE TABLE audit_agent_days (
    agent_id uuid        NOT NULL,
    day      timestamptz NOT NULL,
    action   text        NOT NULL,
    outcome  text        NOT NULL,
    events   bigint      NOT NULL CHECK (events > 0),
    PRIMARY KEY (agent_id, day, action, outcome)
) PARTITION BY RANGE (day);

CREATE TABLE audit_agent_days_other PARTITION OF audit_agent_days DEFAULT;

CREATE TABLE audit_hours (
    hour    timestamptz NOT NULL,
    action  text        NOT NULL,
    outcome text        NOT NULL,
    events  bigint      NOT NULL CHECK (events > 0),
    PRIMARY KEY (hour, action, outcome)
) WITH (fillfactor = 50);

GRANT SELECT ON audit_agent_days TO ${role};
GRANT SELECT ON audit_hours TO ${role};

-- As before, and beside it the counts of the month, which go when it goes. They change in place while a page has room.
CREATE OR REPLACE FUNCTION ensure_audit_partition(day date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp AS
$$
DECLARE
    month  date := date_trunc('month', day);
    suffix text := to_char(month, 'YYYY_MM');
    bounds text := format('FOR VALUES FROM (%L) TO (%L)', to_char(month, 'YYYY-MM-DD') || ' 00:00:00+00',
                          to_char(month + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00');
BEGIN
    IF month IS NULL OR month > (now() AT TIME ZONE 'UTC')::date + interval '3 months' THEN
        RAISE EXCEPTION 'no partition is made for %: it is more than three months ahead',
            coalesce('audit_events_' || suffix, 'no month');
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('ensure_audit_partition'));
    IF to_regclass('audit_agent_days_' || suffix) IS NULL THEN
        EXECUTE format('CREATE TABLE %I PARTITION OF audit_agent_days %s WITH (fillfactor = 70)',
                       'audit_agent_days_' || suffix, bounds);
    END IF;
    IF to_regclass('audit_events_' || suffix) IS NULL THEN
        EXECUTE format('CREATE TABLE %I PARTITION OF audit_events %s', 'audit_events_' || suffix, bounds);
    END IF;
EXCEPTION
    WHEN check_violation THEN
        RAISE WARNING 'partition % is not made: some of its events are in audit_events_other already', suffix;
END
$$;

-- Counts what one statement has added, whoever wrote it. Runs as the owner, because the service's role may not change counts.
-- Whoever adds to the log holds its end, so nobody waits here for another.
CREATE FUNCTION count_audit_events() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp AS
$$
BEGIN
    INSERT INTO audit_agent_days AS counted (agent_id, day, action, outcome, events)
    SELECT agent_id, date_trunc('day', timestamp, 'UTC'), action, outcome, count(*)
    FROM added WHERE agent_id IS NOT NULL GROUP BY 1, 2, 3, 4
    ON CONFLICT (agent_id, day, action, outcome) DO UPDATE SET events = counted.events + excluded.events;
    INSERT INTO audit_hours AS counted (hour, action, outcome, events)
    SELECT date_trunc('hour', timestamp, 'UTC'), action, outcome, count(*)
    FROM added GROUP BY 1, 2, 3
    ON CONFLICT (hour, action, outcome) DO UPDATE SET events = counted.events + excluded.events;
    RETURN NULL;
END
$$;

REVOKE ALL ON FUNCTION count_audit_events() FROM PUBLIC;
CREATE TRIGGER audit_events_count AFTER INSERT ON audit_events
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_audit_events();

-- Nothing is added from here on until all is counted, as the trigger's lock lasts as long as this transaction.
SELECT ensure_audit_partition(to_date(right(relname, 7), 'YYYY_MM'))
FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
WHERE inhparent = 'audit_events'::regclass AND relname ~ '^audit_events_[0-9]{4}_[0-9]{2}$';

INSERT INTO audit_agent_days (agent_id, day, action, outcome, events)
SELECT agent_id, date_trunc('day', timestamp, 'UTC'), action, outcome, count(*)
FROM audit_events WHERE agent_id IS NOT NULL GROUP BY 1, 2, 3, 4;
INSERT INTO audit_hours (hour, action, outcome, events)
SELECT date_trunc('hour', timestamp, 'UTC'), action, outcome, count(*)
FROM audit_events GROUP BY 1, 2, 3;

-- As before, and with the events what was counted of them. The locks are taken in the order in which whoever adds takes them.
CREATE OR REPLACE FUNCTION drop_audit_events(boundary bigint, keep_days integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp SET lock_timeout = '200ms' AS
$$
DECLARE
    sealed    audit_boundaries;
    head      bigint;
    is_sealed boolean;
    old       text;
    is_young  boolean;
BEGIN
    SELECT * INTO sealed FROM audit_boundaries WHERE id = boundary AND NOT is_dropped;
    IF NOT FOUND OR boundary < (SELECT max(id) FROM audit_boundaries) THEN
        RAISE EXCEPTION 'boundary % is not the one to drop behind', boundary;
    END IF;
    IF coalesce(keep_days, 0) < 1 OR sealed.kept_from > now() - keep_days * interval '1 day'
        OR sealed.kept_from AT TIME ZONE 'UTC' <> date_trunc('month', sealed.kept_from AT TIME ZONE 'UTC') THEN
        RAISE EXCEPTION 'what is kept must begin with a month, and be % days or more', greatest(keep_days, 1);
    END IF;
    -- as much as there is now is looked at before the lock, what comes until then behind it
    SELECT sequence INTO head FROM audit_head;
    is_sealed := NOT EXISTS (
        SELECT FROM audit_events AS event
        WHERE sequence > sealed.tree_size AND sequence <= head AND timestamp < sealed.kept_from
          AND NOT EXISTS (SELECT FROM audit_dropped AS known
                          WHERE known.sequence = event.sequence AND known.hash = event.hash));
    DELETE FROM audit_dropped WHERE sequence <= sealed.tree_size;
    LOCK TABLE audit_events, audit_agent_days IN ACCESS EXCLUSIVE MODE;
    IF NOT is_sealed
        OR EXISTS (SELECT FROM audit_events WHERE sequence > head AND timestamp < sealed.kept_from)
        OR EXISTS (SELECT FROM audit_events WHERE sequence <= sealed.tree_size AND timestamp >= sealed.kept_from)
        OR EXISTS (SELECT FROM audit_events WHERE sequence = sealed.tree_size AND hash <> sealed.chain_hash)
        OR (SELECT coalesce(max(tree_size), -1) FROM audit_checkpoints)
            < coalesce((SELECT max(sequence) FROM audit_events WHERE timestamp < sealed.kept_from), 0) THEN
        RAISE EXCEPTION 'boundary % does not seal what would be dropped', boundary USING ERRCODE = '40001';
    END IF;
    FOR old IN
        SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'audit_events'::regclass AND relname ~ '^audit_events_[0-9]{4}_[0-9]{2}$'
          AND to_date(substr(relname, 14), 'YYYY_MM') < (sealed.kept_from AT TIME ZONE 'UTC')::date
    LOOP
        -- whatever its name says
        EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE timestamp >= $1)', old) INTO is_young USING sealed.kept_from;
        IF is_young THEN
            RAISE EXCEPTION 'partition % holds what is kept', old;
        END IF;
        EXECUTE format('DROP TABLE %I', old);
        EXECUTE format('DROP TABLE IF EXISTS %I', replace(old, 'events', 'agent_days'));
    END LOOP;
    DELETE FROM audit_events_other WHERE timestamp < sealed.kept_from;
    DELETE FROM audit_agent_days WHERE day < sealed.kept_from;
    DELETE FROM audit_hours WHERE hour < sealed.kept_from;
    UPDATE audit_boundaries SET is_dropped = true WHERE id = boundary;
END
$$;
