package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/** bcrypt, cost 10, on a small pool of its own: one hash costs as much as two hundred signatures. */
final class SlowHash {
    private static final int COST = 10;
    private static final int SALT_BYTES = 16;

    /** Each thread has done with as many in less than the time for which an authentication is waited for. */
    private static final int WAITING = 60;

    /** What is probably a guess leaves room for what is probably right. */
    private static final int GUESSES_WAITING = 20;

    /** A new secret can be asked for again; an agent that is not let in stands still. */
    private static final int NEW_WAITING = 40;

    private static final String VERSION = "2b";

    private final SecureRandom random;
    private final int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    private final WorkerExecutor pool;
    private int queued;

    SlowHash(Vertx vertx, SecureRandom random) {
        this.random = random;
        this.pool = vertx.createSharedWorkerExecutor("bcrypt", threads);
    }

    Future<String> hash(String secret) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return run(NEW_WAITING, () -> OpenBSDBCrypt.generate(VERSION, secret.toCharArray(), salt, COST));
    }

    /** @param isGuess whether the secret is probably another */
    Future<Boolean> matches(String hash, String secret, boolean isGuess) {
        return run(isGuess ? GUESSES_WAITING : WAITING, () -> OpenBSDBCrypt.checkPassword(hash, secret.toCharArray()));
    }

    Future<Void> close() {
        return pool.close();
    }

    /** Fails with SERVICE_UNAVAILABLE rather than queue what would only be late. */
    private <T> Future<T> run(int waiting, Callable<T> work) {
        if (queued >= waiting * threads) {
            return Future.failedFuture(
                    new ServiceException(ErrorCode.SERVICE_UNAVAILABLE, "Too many secrets wait to be checked"));
        }
        queued++;
        return pool.executeBlocking(work, false).onComplete(done -> queued--);
    }
}
