-- A ring of keys: each signs from a moment of its own, and can be ended before its tokens expire. No row is ever deleted, so that
-- what was withdrawn is known for ever. The defaults are for instances that know nothing of it yet.
ALTER TABLE signing_keys
    ADD COLUMN algorithm    text NOT NULL DEFAULT 'RS256' CHECK (algorithm IN ('RS256', 'PS256', 'ES256')),
    ADD COLUMN signs_from   timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN withdrawn_at timestamptz,
    -- the private half, encrypted under KEY_ENCRYPTION_KEY
    ADD COLUMN sealed       bytea,
    ADD CHECK (kid ~ '^[A-Za-z0-9_-]{43}$');
UPDATE signing_keys SET signs_from = created_at;

-- A withdrawn key's tokens are dead, by the key.
ALTER TABLE revocations
    DROP CONSTRAINT revocations_kind_check,
    ADD CONSTRAINT revocations_kind_check CHECK (kind IN ('token', 'credential', 'agent', 'key'));
