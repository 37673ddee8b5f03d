package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.runtime.BoundedMap;
import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What this process has read in Vault, as fingerprints under a key that only it knows. One reading serves for five minutes,
 * and after that for as long as it takes to make it anew, without anybody waiting, or for an hour while Vault is away.
 */
final class VaultMemory {
    static final String SECRET = "clientSecret";
    private static final Duration FRESH_FOR = Duration.ofMinutes(5);
    private static final Duration GOOD_FOR = Duration.ofHours(1);
    private static final Duration MISSING_FOR = Duration.ofSeconds(5);
    private static final int MOST = 50_000;

    private final ServiceRuntime runtime;
    private final VaultLink link;
    private final Pepper key;
    private final Map<String, Seen> seen = new BoundedMap<>(MOST);
    private final Map<String, Seen> missing = new BoundedMap<>(MOST);
    private final Map<String, Future<Seen>> underWay = new HashMap<>();

    VaultMemory(ServiceRuntime runtime, VaultLink link) {
        this.runtime = runtime;
        this.link = link;
        this.key = Pepper.random(runtime.random());
    }

    /** @param fingerprint of the secret; null when there was none */
    private record Seen(@Nullable String fingerprint, Instant at) {}

    /** Known here because it was made here. */
    void remember(VaultedSecret secret, String text) {
        seen.put(secret.name(), new Seen(key.fingerprint(text), now()));
    }

    /** Whether it can be told without Vault what the secret is. */
    boolean knows(VaultedSecret secret) {
        return isWithin(GOOD_FOR, seen.get(secret.name()));
    }

    /** Whether the text is the secret. Fails with SERVICE_UNAVAILABLE when only Vault could tell, and is away. */
    Future<Boolean> matches(VaultedSecret secret, String text) {
        Seen known = seen.get(secret.name());
        if (known != null && isWithin(GOOD_FOR, known)) {
            if (!isWithin(FRESH_FOR, known) && link.isWorthAsking()) {
                read(secret); // not waited for
            }
            return Future.succeededFuture(is(known, text));
        }
        return isWithin(MISSING_FOR, missing.get(secret.name()))
                ? Future.succeededFuture(false)
                : read(secret).map(read -> is(read, text));
    }

    private Future<Seen> read(VaultedSecret secret) {
        Future<Seen> reading = underWay.get(secret.name());
        if (reading != null) {
            return reading;
        }
        if (!link.isWorthAsking()) {
            return Future.failedFuture(new ServiceException(ErrorCode.SERVICE_UNAVAILABLE, "Vault is out of reach"));
        }
        Future<Seen> started = link.read(secret.path(), secret.version())
                .map(found -> noted(
                        secret,
                        found.map(data -> data.getString(SECRET))
                                .map(key::fingerprint)
                                .orElse(null)))
                .onComplete(done -> underWay.remove(secret.name()));
        if (!started.isComplete()) {
            underWay.put(secret.name(), started);
        }
        return started;
    }

    private Seen noted(VaultedSecret secret, @Nullable String fingerprint) {
        Seen read = new Seen(fingerprint, now());
        (fingerprint == null ? missing : seen).put(secret.name(), read);
        (fingerprint == null ? seen : missing).remove(secret.name());
        return read;
    }

    private boolean is(Seen read, String text) {
        return read.fingerprint() != null && key.matches(read.fingerprint(), text);
    }

    private boolean isWithin(Duration age, @Nullable Seen read) {
        return read != null && now().isBefore(read.at().plus(age));
    }

    private Instant now() {
        return runtime.clock().instant();
    }
}
