-- The Merkle tree (RFC 9162 §2.1) whose leaves are the hashes of audit_events in the order of their sequence. Only the roots
-- of complete subtrees of 256, 65,536 and 16,777,216 leaves are kept; what lies between is computed from these and from the
-- rows. Behind a boundary of retention, where the rows are gone, also the few others that later proofs need.
CREATE TABLE audit_subtrees (
    level    smallint NOT NULL CHECK (level BETWEEN 0 AND 62),
    -- counted in subtrees of this level, from the first leaf
    position bigint   NOT NULL CHECK (position >= 0),
    hash     bytea    NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (level, position)
);

-- What the log was at a certain size, signed. The key is beside the signature, so that it stays known when it is replaced.
CREATE TABLE audit_checkpoints (
    tree_size  bigint      PRIMARY KEY CHECK (tree_size >= 0),
    issuer     text        NOT NULL,
    root_hash  bytea       NOT NULL CHECK (octet_length(root_hash) = 32),
    chain_hash bytea       NOT NULL CHECK (octet_length(chain_hash) = 32),
    timestamp  timestamptz NOT NULL,
    public_key bytea       NOT NULL CHECK (octet_length(public_key) = 32),
    signature  bytea       NOT NULL CHECK (octet_length(signature) = 64)
);

GRANT SELECT, INSERT ON audit_subtrees TO ${role};
GRANT SELECT, INSERT ON audit_checkpoints TO ${role};
