-- Which version at vault_path is the secret, and where the one before the last rotation is, while both are accepted.
ALTER TABLE credentials
    ADD COLUMN vault_version    integer,
    ADD COLUMN previous_path    varchar(512),
    ADD COLUMN previous_version integer;

-- What is still to be destroyed in Vault. A row goes when it has been done, and not before.
CREATE TABLE vault_chores (
    chore_id      uuid PRIMARY KEY,
    credential_id uuid         NOT NULL,
    vault_path    varchar(512) NOT NULL,
    -- the one to destroy; absent for whatever the credential does not refer to, with the path itself if that is all
    version       integer,
    due           timestamptz  NOT NULL,
    tries         integer      NOT NULL DEFAULT 0
);

CREATE INDEX vault_chores_due ON vault_chores (due);
CREATE INDEX vault_chores_credential ON vault_chores (credential_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON vault_chores TO ${role};
