package ai.sentryagent.idp.schema.audit;

/**
 * What verifies a checkpoint.
 *
 * @param publicKey an Ed25519 key in PEM
 */
public record CheckpointKey(String keyId, String publicKey) {}
