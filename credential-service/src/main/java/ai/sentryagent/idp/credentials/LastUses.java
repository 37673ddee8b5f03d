package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.runtime.Batcher;
import ai.sentryagent.idp.runtime.postgres.Database;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down when credentials were last used, all that are used at the same moment together. */
final class LastUses {
    private static final Logger LOG = LoggerFactory.getLogger(LastUses.class);

    /** How exact {@code lastUsedAt} is, so that a busy client does not cost a write a request. */
    private static final Duration RESOLUTION = Duration.ofMinutes(1);

    private final Database database;
    private final CredentialTable credentials;
    private final Batcher<Use, Boolean> writes;

    LastUses(Vertx vertx, Database database, CredentialTable credentials) {
        this.database = database;
        this.credentials = credentials;
        this.writes = new Batcher<>(vertx, this::write);
    }

    private record Use(UUID credentialId, Instant at) {}

    /** Not waited for: nobody's token should be late for the sake of a date. */
    void note(StoredCredential credential, Instant now) {
        Instant last = credential.lastUsedAt();
        if (last == null || last.plus(RESOLUTION).isBefore(now)) {
            writes.add(new Use(credential.credentialId(), now)).onFailure(failure -> LOG.atWarn()
                    .addKeyValue("credentialId", credential.credentialId())
                    .addKeyValue("cause", failure.getMessage())
                    .log("The time of last use was not stored"));
        }
    }

    private Future<List<Boolean>> write(List<Use> uses) {
        Map<UUID, Instant> last = new HashMap<>();
        uses.forEach(use -> last.put(use.credentialId(), use.at()));
        return credentials.used(database.client(), last).map(done -> Collections.nCopies(uses.size(), true));
    }
}
