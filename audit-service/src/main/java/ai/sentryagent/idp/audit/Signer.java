package ai.sentryagent.idp.audit;

import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.time.Instant;

/** Signs what this instance vouches for. */
record Signer(AuditKey key, String issuer, Clock clock) {
    SignedCheckpoint checkpoint(long treeSize, Buffer root, Buffer chain) {
        return SignedCheckpoint.sign(key, issuer, treeSize, root, chain, clock.instant());
    }

    Boundary boundary(Instant keptFrom, long treeSize, Buffer root, Buffer chain, Buffer droppedHash) {
        return Boundary.sign(
                key, keptFrom, new Boundary.Sealed(issuer, treeSize, root, chain, clock.instant()), droppedHash);
    }
}
