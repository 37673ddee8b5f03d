-- An index for each way to search the log, with the newest at its end: where rows are added at the end of an index its pages
-- are filled, while they are split in halves where each row goes before the one that came last.
CREATE INDEX audit_events_agent_time ON audit_events (agent_id, timestamp, event_id);

-- Most of the log are tokens that were issued, and successes. Those of one agent, or all, are read past the others.
CREATE INDEX audit_events_action_time ON audit_events (action, timestamp, event_id) WHERE action <> 'token.issued';
CREATE INDEX audit_events_agent_action ON audit_events (agent_id, action, timestamp, event_id) WHERE action <> 'token.issued';
CREATE INDEX audit_events_failure ON audit_events (timestamp, event_id) WHERE outcome = 'failure';
CREATE INDEX audit_events_agent_failure ON audit_events (agent_id, timestamp, event_id) WHERE outcome = 'failure';
