-- When its agent was decommissioned, which is when its last credentials were revoked; absent when that was before this was kept.
ALTER TABLE clients
    ADD COLUMN ended_at timestamptz;
