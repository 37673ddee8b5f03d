package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.runtime.Batcher;
import ai.sentryagent.idp.runtime.postgres.Database;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.UUID;

/**
 * Reads clients with their credentials, all that are asked for at the same moment together. Nothing is remembered: what has
 * been rotated or revoked is dead for the next question, whichever instance gets it.
 */
final class ClientLookup {
    private final Database database;
    private final Tables tables;
    private final Batcher<UUID, KnownClient> reads;

    ClientLookup(Vertx vertx, Database database, Tables tables) {
        this.database = database;
        this.tables = tables;
        this.reads = new Batcher<>(vertx, this::read);
    }

    Future<KnownClient> find(UUID clientId) {
        return reads.add(clientId);
    }

    private Future<List<KnownClient>> read(List<UUID> clientIds) {
        UUID[] distinct = clientIds.stream().distinct().toArray(UUID[]::new);
        return tables.clients().findAll(database.client(), distinct).map(known -> clientIds.stream()
                .map(id -> known.getOrDefault(id, KnownClient.NONE))
                .toList());
    }
}
