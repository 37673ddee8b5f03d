-- By itself, because whoever reads the log waits for this, and did not while the others were made.
DROP INDEX audit_events_agent;
DROP INDEX audit_events_action;
