package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.schema.Wire;
import ai.sentryagent.idp.schema.audit.Checkpoint;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A checkpoint and the key that signed it. Signed is a text of seven lines, each of which ends with a line feed: what it is,
 * and then the members of the checkpoint up to the key's id in their order, as they stand in JSON.
 */
record SignedCheckpoint(Checkpoint checkpoint, AuditPublicKey key) {
    private static final String KIND = "AgentIdP audit checkpoint v1";
    private static final int HASH_BYTES = 32;

    SignedCheckpoint {
        hash(checkpoint.rootHash());
        hash(checkpoint.chainHash());
    }

    static SignedCheckpoint sign(AuditKey key, String issuer, long treeSize, Buffer root, Buffer chain, Instant time) {
        AuditPublicKey verifying = key.publicKey();
        Checkpoint unsigned = new Checkpoint(issuer, treeSize, hex(root), hex(chain), time, verifying.id(), "");
        return of(unsigned, verifying, key.sign(text(unsigned)));
    }

    static SignedCheckpoint of(Checkpoint unsigned, AuditPublicKey key, byte[] signature) {
        return new SignedCheckpoint(
                new Checkpoint(
                        unsigned.issuer(),
                        unsigned.treeSize(),
                        unsigned.rootHash(),
                        unsigned.chainHash(),
                        unsigned.timestamp(),
                        unsigned.keyId(),
                        Base64.getEncoder().encodeToString(signature)),
                key);
    }

    /** Whether the key signed this. */
    boolean holds() {
        return checkpoint.keyId().equals(key.id()) && key.verifies(text(checkpoint), signature());
    }

    byte[] signature() {
        return Base64.getDecoder().decode(checkpoint.signature());
    }

    static String hex(Buffer hash) {
        return HexFormat.of().formatHex(hash.getBytes());
    }

    static Buffer hash(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        if (bytes.length != HASH_BYTES) {
            throw new IllegalArgumentException("holds a hash that is not of " + HASH_BYTES + " bytes");
        }
        return Buffer.buffer(bytes);
    }

    private static String text(Checkpoint checkpoint) {
        return String.join(
                "\n",
                KIND,
                checkpoint.issuer(),
                String.valueOf(checkpoint.treeSize()),
                checkpoint.rootHash(),
                checkpoint.chainHash(),
                Wire.tree(checkpoint.timestamp()).asText(),
                checkpoint.keyId(),
                "");
    }
}
