package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.runtime.Batcher;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.Wire;
import com.nimbusds.jose.JOSEException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Signs claims on threads of its own, as many as there are cores, so that no event loop waits for it. What comes at the same
 * moment is handed over together, because to wake a thread costs a tenth of a signature.
 */
final class TokenSigner {
    private static final int THREADS = Runtime.getRuntime().availableProcessors();

    /** Few, so that the first of them does not wait long for the last. */
    private static final int TOGETHER = 8;

    private final WorkerExecutor pool;
    private final KeyRing ring;
    private final Batcher<Unsigned, String> batches = new Batcher<>(this::signAll, THREADS, TOGETHER);

    TokenSigner(Vertx vertx, KeyRing ring) {
        this.pool = vertx.createSharedWorkerExecutor("signing", THREADS);
        this.ring = ring;
    }

    private record Unsigned(SigningKey key, Map<String, Object> claims) {}

    /** The compact serialization, RFC 7515 §7.1, with the key that is current now. Fails with SERVICE_UNAVAILABLE. */
    Future<String> sign(Map<String, Object> claims) {
        return ring.current()
                .map(key -> batches.add(new Unsigned(key, claims)))
                .orElseGet(() -> Future.failedFuture(
                        new ServiceException(ErrorCode.SERVICE_UNAVAILABLE, "There is no key to sign with")));
    }

    /** Signs once, so that the first client does not wait for classes to load. */
    Future<Void> warmUp() {
        return sign(Map.of()).mapEmpty();
    }

    Future<Void> close() {
        return pool.close();
    }

    private Future<List<String>> signAll(List<Unsigned> batch) {
        return pool.executeBlocking(() -> signInTurn(batch), false);
    }

    private static List<String> signInTurn(List<Unsigned> batch) throws JOSEException {
        List<String> signed = new ArrayList<>();
        for (Unsigned token : batch) {
            signed.add(token.key().sign(Wire.encode(token.claims()).getBytes()));
        }
        return signed;
    }
}
