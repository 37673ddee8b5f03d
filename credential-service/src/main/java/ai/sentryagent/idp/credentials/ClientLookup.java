package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.runtime.Batcher;
import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.runtime.postgres.Query;
import ai.sentryagent.idp.schema.agents.AgentState;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Reads clients with their credentials, all that are asked for at the same moment together. Nothing is remembered: what has
 * been rotated or revoked is dead for the next question, whichever instance gets it.
 */
final class ClientLookup {
    private static final Query FIND_ALL = Query.of(
            "clients.find_all",
            """
            SELECT client.client_id, client.revision, client.epoch AS client_epoch, client.status, client.agent_type,
                client.deployment_env, client.capabilities, client.scopes, credential.*
            FROM unnest($1::uuid[]) AS asked (client_id)
            JOIN clients AS client ON client.client_id = asked.client_id
            LEFT JOIN LATERAL (
                SELECT * FROM credentials WHERE credentials.client_id = client.client_id
                ORDER BY revoked_at DESC NULLS FIRST, expires_at DESC NULLS FIRST, credential_id DESC LIMIT 200
            ) AS credential ON true
            """);

    private static final Found UNKNOWN = new Found(Optional.empty(), List.of());

    private final Database database;
    private final Batcher<UUID, Found> reads;

    ClientLookup(Vertx vertx, Database database) {
        this.database = database;
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
        return FIND_ALL.on(database.client(), Tuple.tuple().addArrayOfUUID(distinct))
                .map(rows -> {
                    Map<UUID, Found> found = new HashMap<>();
                    for (Row row : rows) {
                        Found client = found.computeIfAbsent(
                                row.getUUID("client_id"),
                                id -> new Found(
                                        Optional.of(ClientTable.state(row, "client_epoch")), new ArrayList<>()));
                        if (row.getUUID("credential_id") != null) {
                            client.credentials().add(CredentialTable.stored(row));
                        }
                    }
                    return clientIds.stream()
                            .map(id -> found.getOrDefault(id, UNKNOWN))
                            .toList();
                });
    }
}
