-- IF NOT EXISTS: on a long log they are made beforehand, one partition after the other.
-- An index for each way to search the log, with the newest at its end: where rows are added at the end of an index its pages
-- are filled, while they are split in halves where each row goes before the one that came last.
CREATE INDEX IF NOT EXISTS audit_events_agent_time ON audit_events (agent_id, timestamp, event_id);

-- Most of the log are tokens that were issued, and successes. Those of one agent, or all, are read past the others.
CREATE INDEX IF NOT EXISTS audit_events_action_time ON audit_events (action, timestamp, event_id) WHERE action <> 'token.issued';
-- By the agent's text, so that no other index begins like this one: the planner would read one that does and sort what it found.
CREATE INDEX IF NOT EXISTS audit_events_agent_action ON audit_events ((agent_id::text), action, timestamp, event_id)
    WHERE action <> 'token.issued';
CREATE INDEX IF NOT EXISTS audit_events_failure ON audit_events (timestamp, event_id) WHERE outcome = 'failure';
CREATE INDEX IF NOT EXISTS audit_events_agent_failure ON audit_events (agent_id, timestamp, event_id) WHERE outcome = 'failure';
