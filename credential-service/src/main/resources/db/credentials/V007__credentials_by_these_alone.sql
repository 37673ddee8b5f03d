-- By itself, because whoever reads credentials waits for this, and did not while the others were made. Nor shall anybody wait
-- long behind it while it waits for a reader, such as a backup: it is given up soon, and tried again for a minute.
DO $$
BEGIN
    FOR attempt IN 1..60 LOOP
        BEGIN
            SET LOCAL lock_timeout = '200ms';
            DROP INDEX IF EXISTS credentials_client;
            RETURN;
        EXCEPTION WHEN lock_not_available THEN
            PERFORM pg_sleep(1);
        END;
    END LOOP;
    RAISE WARNING 'The index credentials_client is not needed any more and could not be dropped: credentials are being read';
END
$$;
