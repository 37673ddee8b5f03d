package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.runtime.Batcher;
import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.agents.AgentState;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Reads clients with their credentials, all that are asked for at the same moment together. Nothing is remembered: what has
 * been rotated or revoked is dead for the next question, whichever instance gets it.
 */
final class ClientLookup {
    private final Database database;
    private final Tables tables;
    private final Batcher<UUID, Found> reads;

    ClientLookup(Vertx vertx, Database database, Tables tables) {
        this.database = database;
        this.tables = tables;
        this.reads = new Batcher<>(vertx, this::read);
    }

    /**
     * What is known of a client.
     *
     * @param agent empty where there is none
     * @param credentials at most 200: those that live, then the last expired, then the last revoked
     */
    record Found(Optional<AgentState> agent, List<StoredCredential> credentials) {}

    Future<Found> find(UUID clientId) {
        return reads.add(clientId);
    }

    private Future<List<Found>> read(List<UUID> clientIds) {
        UUID[] distinct = clientIds.stream().distinct().toArray(UUID[]::new);
        return Future.all(
                        tables.clients().findAll(database.client(), distinct),
                        tables.credentials().ofClients(database.client(), distinct))
                .map(both -> {
                    Map<UUID, AgentState> agents = both.resultAt(0);
                    Map<UUID, List<StoredCredential>> credentials = both.resultAt(1);
                    return clientIds.stream()
                            .map(id -> new Found(
                                    Optional.ofNullable(agents.get(id)), credentials.getOrDefault(id, List.of())))
                            .toList();
                });
    }
}
