package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.runtime.postgres.Query;
import ai.sentryagent.idp.schema.Worded;
import ai.sentryagent.idp.schema.agents.AgentState;
import ai.sentryagent.idp.schema.agents.AgentStatus;
import ai.sentryagent.idp.schema.agents.AgentType;
import ai.sentryagent.idp.schema.agents.DeploymentEnv;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The {@code clients} table: what this service must know of agents, as their facts last told it. */
final class ClientTable {
    /** Facts can overtake each other: only a higher revision is news. */
    private static final Query UPSERT = Query.of(
            "clients.upsert",
            """
            INSERT INTO clients (client_id, revision, epoch, status, agent_type, deployment_env, capabilities, scopes)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (client_id) DO UPDATE SET
                revision = excluded.revision, epoch = excluded.epoch, status = excluded.status,
                agent_type = excluded.agent_type, deployment_env = excluded.deployment_env,
                capabilities = excluded.capabilities, scopes = excluded.scopes
            WHERE clients.revision < excluded.revision
            """);

    private static final Query END =
            Query.of("clients.end", "UPDATE clients SET ended_at = $2 WHERE client_id = $1 AND ended_at IS NULL");

    /**
     * An index has them in this order, and of the many that are over only the last are read. What is long and the client's
     * comes with one of its rows: with each of them it could be megabytes.
     */
    private static final Query FIND_ALL = Query.of(
            "clients.find_all",
            """
            SELECT client.client_id, client.revision, client.epoch AS client_epoch, client.status, client.agent_type,
                client.deployment_env, client.ended_at, credential.*,
                CASE WHEN coalesce(credential.place, 1) = 1 THEN client.capabilities END AS capabilities,
                CASE WHEN coalesce(credential.place, 1) = 1 THEN client.scopes END AS scopes
            FROM unnest($1::uuid[]) AS asked (client_id)
            JOIN clients AS client ON client.client_id = asked.client_id
            LEFT JOIN LATERAL (
                SELECT *, row_number() OVER () AS place FROM (
                    SELECT * FROM credentials WHERE credentials.client_id = client.client_id
                    ORDER BY least(revoked_at, expires_at) DESC, credential_id DESC LIMIT 200
                ) AS last
            ) AS credential ON true
            """);

    private static final Query FIND = Query.of("clients.find", "SELECT * FROM clients WHERE client_id = $1");

    private static final Query LOCK =
            Query.of("clients.lock", "SELECT * FROM clients WHERE client_id = $1 FOR NO KEY UPDATE");

    Future<Void> upsert(SqlClient client, AgentState state) {
        return UPSERT.on(
                        client,
                        Tuple.tuple()
                                .addUUID(state.agentId())
                                .addLong(state.revision())
                                .addLong(state.epoch())
                                .addString(state.status().word())
                                .addString(state.agentType().word())
                                .addString(state.deploymentEnv().word())
                                .addArrayOfString(state.capabilities().toArray(String[]::new))
                                .addArrayOfString(state.scopes().toArray(String[]::new)))
                .mapEmpty();
    }

    /** Keeps when the client's agent was decommissioned; false when that is known already. */
    Future<Boolean> end(SqlClient client, UUID clientId, Instant at) {
        return END.on(client, Tuple.of(clientId, at.atOffset(ZoneOffset.UTC))).map(done -> done.rowCount() == 1);
    }

    Future<Optional<AgentState>> find(SqlClient client, UUID clientId) {
        return FIND.on(client, Tuple.of(clientId)).map(ClientTable::first);
    }

    /** Those of them that are known with their credentials, by their ids. */
    Future<Map<UUID, KnownClient>> findAll(SqlClient client, UUID[] clientIds) {
        return FIND_ALL.on(client, Tuple.tuple().addArrayOfUUID(clientIds)).map(rows -> {
            Map<UUID, List<StoredCredential>> credentials = new HashMap<>();
            Map<UUID, KnownClient> known = new HashMap<>();
            for (Row row : rows) {
                UUID clientId = row.getUUID("client_id");
                List<StoredCredential> own = credentials.computeIfAbsent(clientId, id -> new ArrayList<>());
                if (row.getUUID("credential_id") != null) {
                    own.add(CredentialTable.stored(row));
                }
                if (row.getArrayOfStrings("capabilities") != null) {
                    Optional<Instant> endedAt = Optional.ofNullable(row.getOffsetDateTime("ended_at"))
                            .map(OffsetDateTime::toInstant);
                    known.put(clientId, new KnownClient(Optional.of(state(row, "client_epoch")), endedAt, own));
                }
            }
            return known;
        });
    }

    /** News of this client waits until the caller's transaction ends. */
    Future<Optional<AgentState>> lock(SqlClient transaction, UUID clientId) {
        return LOCK.on(transaction, Tuple.of(clientId)).map(ClientTable::first);
    }

    private static Optional<AgentState> first(RowSet<Row> rows) {
        return rows.stream().findFirst().map(row -> state(row, "epoch"));
    }

    /** Of a row with the columns of a client, of which its epoch may have another name. */
    private static AgentState state(Row row, String epoch) {
        return new AgentState(
                row.getUUID("client_id"),
                row.getLong("revision"),
                row.getLong(epoch),
                Worded.of(AgentStatus.class, row.getString("status")),
                Worded.of(AgentType.class, row.getString("agent_type")),
                Worded.of(DeploymentEnv.class, row.getString("deployment_env")),
                List.of(row.getArrayOfStrings("capabilities")),
                List.of(row.getArrayOfStrings("scopes")),
                Map.of());
    }
}
