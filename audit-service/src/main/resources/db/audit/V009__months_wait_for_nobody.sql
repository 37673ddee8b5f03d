-- Whoever waits for the lock on the whole log has everybody else wait behind it, so it gives up soon and is tried for again.
ALTER FUNCTION ensure_audit_partition(date) SET lock_timeout = '200ms';
