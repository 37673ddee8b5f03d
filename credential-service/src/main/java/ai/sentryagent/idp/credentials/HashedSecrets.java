package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.runtime.BoundedMap;
import ai.sentryagent.idp.runtime.config.SecretText;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keeps secrets without knowing them, and tells whether a text is one. A fingerprint decides where there is one; otherwise
 * bcrypt does, once: its answer is remembered under a key that only this process knows. A stored secret is known by its
 * bcrypt hash, which a rotation replaces, so that what is remembered can never outlive it.
 */
final class HashedSecrets {
    private static final int REMEMBERED = 50_000;

    private final SlowHash slow;
    private final Optional<Pepper> pepper;
    private final Pepper memoryKey;
    private final Optional<String> chosen;
    private final HashedSecret decoy;
    private final Map<String, Boolean> remembered = new BoundedMap<>(REMEMBERED);
    private final Map<String, Future<Boolean>> underWay = new HashMap<>();

    private HashedSecrets(
            SlowHash slow, Optional<Pepper> pepper, Pepper memoryKey, Optional<String> chosen, HashedSecret decoy) {
        this.slow = slow;
        this.pepper = pepper;
        this.memoryKey = memoryKey;
        this.chosen = chosen;
        this.decoy = decoy;
    }

    /** @param chosen the one secret that a person chose, if it is known here */
    static Future<HashedSecrets> open(
            SlowHash slow, Optional<SecretText> pepper, Optional<SecretText> chosen, SecureRandom random) {
        Optional<Pepper> key = pepper.map(text -> Pepper.of(text.value()));
        Pepper memoryKey = Pepper.random(random);
        return decoy(slow, key, ClientSecret.generate(random))
                .map(decoy -> new HashedSecrets(
                        slow, key, memoryKey, chosen.map(secret -> memoryKey.fingerprint(secret.value())), decoy));
    }

    /** Where a fingerprint decides, nobody looks at its bcrypt hash, which would be the longest part of a start. */
    private static Future<HashedSecret> decoy(SlowHash slow, Optional<Pepper> pepper, String secret) {
        return pepper.map(key -> Future.succeededFuture(
                        new HashedSecret("", key.fingerprint(secret), ClientSecret.hint(secret))))
                .orElseGet(() -> keep(slow, pepper, secret));
    }

    private static Future<HashedSecret> keep(SlowHash slow, Optional<Pepper> pepper, String secret) {
        String mac = pepper.map(key -> key.fingerprint(secret)).orElse(null);
        return slow.hash(secret).map(hash -> new HashedSecret(hash, mac, ClientSecret.hint(secret)));
    }

    /** What is kept of a new secret. */
    Future<HashedSecret> keep(String secret) {
        return keep(slow, pepper, secret);
    }

    /** A secret that nobody knows. */
    HashedSecret decoy() {
        return decoy;
    }

    private @Nullable String fingerprint(String secret) {
        return pepper.map(key -> key.fingerprint(secret)).orElse(null);
    }

    /** What somebody shows. */
    ShownSecret shown(String text) {
        return new ShownSecret(text, fingerprint(text));
    }

    /** Whether only bcrypt can tell of this secret. */
    boolean wantsSlowCheck(HashedSecret stored) {
        return pepper.isEmpty() || wantsFingerprint(stored);
    }

    /** Whether this secret lacks the fingerprint that it could have. */
    boolean wantsFingerprint(HashedSecret stored) {
        return pepper.isPresent() && (stored.mac() == null || !pepper.get().made(stored.mac()));
    }

    /** Whether the text is not this secret, which is known by its hint where only bcrypt could tell else. */
    boolean isPlainlyAnother(HashedSecret stored, String text) {
        return wantsSlowCheck(stored) && stored.hint() != null && !stored.hint().equals(ClientSecret.hint(text));
    }

    /**
     * Tells whether what was shown is the secret.
     *
     * @param clientId whose it is said to be. What is remembered is of one client, also of one that does not exist: all of
     *     those have the same decoy
     * @param cheapOnly whether what is probably a guess is taken for one, rather than cost a slow hash
     */
    Future<Boolean> matches(UUID clientId, HashedSecret stored, ShownSecret shown, boolean cheapOnly) {
        if (shown.mac() != null && !wantsFingerprint(stored)) { // definite either way
            return Future.succeededFuture(Pepper.areSame(String.valueOf(stored.mac()), shown.mac()));
        }
        String text = shown.text();
        String question = memoryKey.fingerprint(clientId + stored.bcrypt() + text);
        Boolean known = remembered.get(question);
        if (known != null) {
            return Future.succeededFuture(known);
        }
        if (cheapOnly && isGuess(stored, text)) {
            return Future.succeededFuture(false);
        }
        return underWay.containsKey(question) ? underWay.get(question) : ask(question, stored, text);
    }

    /** Never true of the right secret, unless a person chose it and it is not known here. */
    private boolean isGuess(HashedSecret stored, String text) {
        return stored.hint() == null
                ? chosen.stream().noneMatch(fingerprint -> memoryKey.matches(fingerprint, text))
                : !stored.hint().equals(ClientSecret.hint(text));
    }

    private Future<Boolean> ask(String question, HashedSecret stored, String text) {
        Future<Boolean> answer = slow.matches(stored.bcrypt(), text, isGuess(stored, text))
                .onSuccess(matches -> remembered.put(question, matches))
                .onComplete(done -> underWay.remove(question));
        if (!answer.isComplete()) {
            underWay.put(question, answer);
        }
        return answer;
    }
}
