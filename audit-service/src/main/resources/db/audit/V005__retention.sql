-- Where the log begins since retention has dropped what was before: tree_size events are not verified any more, but for
-- those after them that were dropped, too, because they came late, and whose hashes are in audit_dropped.
CREATE TABLE audit_boundaries (
    id             bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- the first moment that is kept
    kept_from      timestamptz NOT NULL,
    tree_size      bigint      NOT NULL CHECK (tree_size >= 0),
    issuer         text        NOT NULL,
    root_hash      bytea       NOT NULL CHECK (octet_length(root_hash) = 32),
    chain_hash     bytea       NOT NULL CHECK (octet_length(chain_hash) = 32),
    -- SHA-256 over sequence (8 bytes, big endian) and hash of each row of audit_dropped after tree_size
    dropped_hash   bytea       NOT NULL CHECK (octet_length(dropped_hash) = 32),
    timestamp      timestamptz NOT NULL,
    public_key     bytea       NOT NULL CHECK (octet_length(public_key) = 32),
    signature      bytea       NOT NULL CHECK (octet_length(signature) = 64),
    -- only the function below says so, in the transaction that drops
    is_dropped     boolean     NOT NULL DEFAULT false
);

CREATE TABLE audit_dropped (
    sequence bigint PRIMARY KEY,
    hash     bytea  NOT NULL CHECK (octet_length(hash) = 32)
);

GRANT SELECT ON audit_boundaries TO ${role};
GRANT INSERT (kept_from, tree_size, issuer, root_hash, chain_hash, dropped_hash, timestamp, public_key, signature)
    ON audit_boundaries TO ${role};
GRANT SELECT, INSERT ON audit_dropped TO ${role};

-- Drops what is older than a sealed boundary: whole months, and what came for a month that had no partition. It runs as
-- the owner, because the service's role may neither delete nor drop, and trusts the caller in nothing. Inserts wait for it
-- as briefly as can be: when the lock does not come at once it gives up, and the caller tries again.
CREATE FUNCTION drop_audit_events(boundary bigint, keep_days integer) RETURNS void
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
    LOCK TABLE audit_events IN ACCESS EXCLUSIVE MODE;
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
    END LOOP;
    DELETE FROM audit_events_other WHERE timestamp < sealed.kept_from;
    UPDATE audit_boundaries SET is_dropped = true WHERE id = boundary;
END
$$;

-- Checkpoints from before the boundary say nothing about what is left. A few at a time.
CREATE FUNCTION forget_audit_checkpoints(many integer) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp AS
$$
    WITH gone AS (
        DELETE FROM audit_checkpoints WHERE tree_size IN (
            SELECT tree_size FROM audit_checkpoints
            WHERE tree_size < (SELECT tree_size FROM audit_boundaries WHERE is_dropped ORDER BY id DESC LIMIT 1)
            ORDER BY tree_size LIMIT many)
        RETURNING 1)
    SELECT count(*) FROM gone
$$;

REVOKE ALL ON FUNCTION drop_audit_events(bigint, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION forget_audit_checkpoints(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_audit_events(bigint, integer) TO ${role};
GRANT EXECUTE ON FUNCTION forget_audit_checkpoints(integer) TO ${role};
