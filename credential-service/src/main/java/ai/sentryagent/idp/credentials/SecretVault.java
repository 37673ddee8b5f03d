package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps secrets without knowing them, and tells whether a text is one. A fingerprint decides where there is one; otherwise
 * bcrypt does, once: its answer is remembered under a key that only this process knows. A stored secret is known by its
 * bcrypt hash, which a rotation replaces, so that what is remembered can never outlive it.
 */
final class SecretVault {
    private static final int REMEMBERED = 50_000;

    private final SlowHash slow;
    private final Optional<Pepper> pepper;
    private final Pepper memoryKey;
    private final Map<String, Boolean> remembered = new LinkedHashMap<>(256, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };
    private final Map<String, Future<Boolean>> underWay = new HashMap<>();

    SecretVault(SlowHash slow, Optional<Pepper> pepper, SecureRandom random) {
        this.slow = slow;
        this.pepper = pepper;
        byte[] key = new byte[32];
        random.nextBytes(key);
        this.memoryKey = new Pepper(key);
    }

    /** What is kept of a new secret. */
    Future<StoredSecret> keep(String secret) {
        return slow.hash(secret).map(hash -> new StoredSecret(hash, fingerprint(secret)));
    }

    @Nullable String fingerprint(String secret) {
        return pepper.map(key -> key.fingerprint(secret)).orElse(null);
    }

    /** Whether only bcrypt can tell of this secret. */
    boolean wantsSlowCheck(StoredSecret stored) {
        return pepper.isEmpty() || wantsFingerprint(stored);
    }

    /** Whether this secret lacks the fingerprint that it could have. */
    boolean wantsFingerprint(StoredSecret stored) {
        return pepper.isPresent() && (stored.mac() == null || !pepper.get().made(stored.mac()));
    }

    /**
     * Tells whether the text is the secret.
     *
     * @param cheapOnly whether to refuse with RATE_LIMIT_EXCEEDED when only bcrypt could tell
     */
    Future<Boolean> matches(StoredSecret stored, String text, boolean cheapOnly) {
        if (pepper.isPresent() && !wantsFingerprint(stored)) { // definite either way
            return Future.succeededFuture(pepper.get().matches(String.valueOf(stored.mac()), text));
        }
        String question = memoryKey.fingerprint(stored.bcrypt() + text);
        Boolean known = remembered.get(question);
        if (known != null) {
            return Future.succeededFuture(known);
        }
        if (cheapOnly) {
            return Future.failedFuture(new ServiceException(
                    ErrorCode.RATE_LIMIT_EXCEEDED, "Too many failed authentications from this address"));
        }
        return underWay.containsKey(question) ? underWay.get(question) : ask(question, stored, text);
    }

    private Future<Boolean> ask(String question, StoredSecret stored, String text) {
        Future<Boolean> answer = slow.matches(stored.bcrypt(), text)
                .onSuccess(matches -> remembered.put(question, matches))
                .onComplete(done -> underWay.remove(question));
        if (!answer.isComplete()) {
            underWay.put(question, answer);
        }
        return answer;
    }
}
