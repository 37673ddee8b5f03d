package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.schema.Wire;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;

/**
 * Where the log begins since retention has dropped what was before, signed: nobody else can make the log begin later.
 *
 * @param keptFrom what is older is gone
 * @param sealed what the log was up to here
 * @param droppedHash over what was dropped, too, though it came after
 */
record Boundary(long id, Instant keptFrom, Sealed sealed, Buffer droppedHash, AuditPublicKey key, Buffer signature) {
    private static final String KIND = "AgentIdP audit boundary v1";

    /** The log up to a place. */
    record Sealed(String issuer, long treeSize, Buffer rootHash, Buffer chainHash, Instant timestamp) {}

    /** Not stored yet, and so without an id. */
    static Boundary sign(AuditKey key, Instant keptFrom, Sealed sealed, Buffer droppedHash) {
        Boundary unsigned = new Boundary(0, keptFrom, sealed, droppedHash, key.publicKey(), Buffer.buffer());
        return new Boundary(
                0, keptFrom, sealed, droppedHash, key.publicKey(), Buffer.buffer(key.sign(unsigned.text())));
    }

    boolean holds() {
        return key.verifies(text(), signature.getBytes());
    }

    private String text() {
        return String.join(
                "\n",
                KIND,
                sealed.issuer(),
                Wire.tree(keptFrom).asText(),
                String.valueOf(sealed.treeSize()),
                SignedCheckpoint.hex(sealed.rootHash()),
                SignedCheckpoint.hex(sealed.chainHash()),
                SignedCheckpoint.hex(droppedHash),
                Wire.tree(sealed.timestamp()).asText(),
                key.id(),
                "");
    }
}
