-- How many checkpoints there are. One row, which changes with each that is made or forgotten, whoever does it: that is one a
-- second at most. Runs as the owner, because the service's role may not change the count.
CREATE TABLE audit_checkpoint_count (
    only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    checkpoints bigint  NOT NULL CHECK (checkpoints >= 0)
);

GRANT SELECT ON audit_checkpoint_count TO ${role};

CREATE FUNCTION count_audit_checkpoints() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${flyway:defaultSchema}, pg_temp AS
$$
BEGIN
    UPDATE audit_checkpoint_count SET checkpoints = checkpoints
        + CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END * (SELECT count(*) FROM changed);
    RETURN NULL;
END
$$;

REVOKE ALL ON FUNCTION count_audit_checkpoints() FROM PUBLIC;
CREATE TRIGGER audit_checkpoints_made AFTER INSERT ON audit_checkpoints
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_audit_checkpoints();
CREATE TRIGGER audit_checkpoints_forgotten AFTER DELETE ON audit_checkpoints
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_audit_checkpoints();

-- None is made or forgotten from here on until all are counted, as the triggers' lock lasts as long as this transaction.
INSERT INTO audit_checkpoint_count (checkpoints) SELECT count(*) FROM audit_checkpoints;
