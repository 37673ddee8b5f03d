package ai.sentryagent.idp.schema.audit;

import java.time.Instant;

/**
 * What the log was at one size, signed, so that whoever keeps it can tell later whether it has been rewritten.
 *
 * @param issuer whose log it is
 * @param treeSize how many events it holds
 * @param rootHash of the Merkle tree over them (RFC 9162 §2.1), in hex
 * @param chainHash of the last of them, in hex
 * @param keyId the RFC 7638 thumbprint of the key that signed
 * @param signature Ed25519 over the lines that the documentation names, in base64
 */
public record Checkpoint(
        String issuer,
        long treeSize,
        String rootHash,
        String chainHash,
        Instant timestamp,
        String keyId,
        String signature) {}
