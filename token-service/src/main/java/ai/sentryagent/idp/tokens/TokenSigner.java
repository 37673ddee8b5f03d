package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import com.nimbusds.jwt.JWTClaimsSet;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;

/** Signs claims on threads of its own, as many as there are cores: a signature takes a millisecond of CPU. */
final class TokenSigner {
    private final WorkerExecutor pool;
    private final KeyRing ring;

    TokenSigner(Vertx vertx, KeyRing ring) {
        this.pool =
                vertx.createSharedWorkerExecutor("signing", Runtime.getRuntime().availableProcessors());
        this.ring = ring;
    }

    /** The compact serialization, RFC 7515 §7.1, with the key that is current now. Fails with SERVICE_UNAVAILABLE. */
    Future<String> sign(JWTClaimsSet claims) {
        return ring.current()
                .map(key -> pool.executeBlocking(() -> key.sign(claims), false))
                .orElseGet(() -> Future.failedFuture(
                        new ServiceException(ErrorCode.SERVICE_UNAVAILABLE, "There is no key to sign with")));
    }

    /** Signs once, so that the first client does not wait for classes to load. */
    Future<Void> warmUp() {
        return sign(new JWTClaimsSet.Builder().build()).mapEmpty();
    }

    Future<Void> close() {
        return pool.close();
    }
}
