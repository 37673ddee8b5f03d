package ai.sentryagent.idp.agents;

import ai.sentryagent.idp.runtime.postgres.Query;
import ai.sentryagent.idp.schema.Worded;
import ai.sentryagent.idp.schema.agents.Agent;
import ai.sentryagent.idp.schema.agents.AgentStatus;
import ai.sentryagent.idp.schema.agents.AgentType;
import ai.sentryagent.idp.schema.agents.DeploymentEnv;
import ai.sentryagent.idp.schema.agents.ListAgents;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The {@code agents} table, and the one row of {@code agent_count}. */
final class AgentTable {
    private static final Query INSERT = Query.of(
            "agents.insert",
            """
            INSERT INTO agents (agent_id, agent_type, version, capabilities, owner, deployment_env, scopes, status,
                updated_at, revision, epoch, email, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            """);

    private static final Query UPDATE = Query.of(
            "agents.update",
            """
            UPDATE agents SET agent_type = $2, version = $3, capabilities = $4, owner = $5, deployment_env = $6,
                scopes = $7, status = $8, updated_at = $9, revision = $10, epoch = $11
            WHERE agent_id = $1
            """);

    private static final Query FIND = Query.of("agents.find", "SELECT * FROM agents WHERE agent_id = $1");

    private static final Query FIND_ALL = Query.of("agents.find_all", "SELECT * FROM agents WHERE agent_id = ANY ($1)");

    private static final Query LOCK = Query.of("agents.lock", "SELECT * FROM agents WHERE agent_id = $1 FOR UPDATE");

    private static final Query ANY = Query.of("agents.any", "SELECT EXISTS (SELECT FROM agents) AS found");

    /** The row lock makes registrations wait for each other, which is what keeps the limit exact. */
    private static final Query TAKE_PLACE = Query.of(
            "agent_count.take",
            """
            UPDATE agent_count SET active = active + 1 WHERE $1 = 0 OR active < $1
            """);

    private static final Query GIVE_PLACE = Query.of("agent_count.give", "UPDATE agent_count SET active = active - 1");

    private static final Query PLACES = Query.of("agent_count.read", "SELECT active FROM agent_count FOR UPDATE");

    private final Map<String, Query> statements = new ConcurrentHashMap<>();

    Future<Void> insert(SqlClient client, StoredAgent stored) {
        Tuple columns = changeable(stored)
                .addString(stored.agent().email())
                .addOffsetDateTime(utc(stored.agent().createdAt()));
        return INSERT.on(client, columns).mapEmpty();
    }

    Future<Void> update(SqlClient client, StoredAgent stored) {
        return UPDATE.on(client, changeable(stored)).mapEmpty();
    }

    Future<Optional<StoredAgent>> find(SqlClient client, UUID agentId) {
        return FIND.on(client, Tuple.of(agentId)).map(AgentTable::first);
    }

    /** Those of these agents that there are, by their ids. */
    Future<Map<UUID, StoredAgent>> findAll(SqlClient client, UUID[] agentIds) {
        return FIND_ALL.on(client, Tuple.tuple().addArrayOfUUID(agentIds)).map(rows -> rows.stream()
                .map(AgentTable::stored)
                .collect(Collectors.toMap(stored -> stored.agent().agentId(), stored -> stored)));
    }

    /** The row stays locked until the caller's transaction ends. */
    Future<Optional<StoredAgent>> lock(SqlClient client, UUID agentId) {
        return LOCK.on(client, Tuple.of(agentId)).map(AgentTable::first);
    }

    Future<Long> count(SqlClient client, ListAgents filter) {
        Matching matching = new Matching(filter);
        return statement("agents.count", "SELECT count(*) AS total" + matching.rows())
                .on(client, matching.arguments)
                .map(rows -> rows.iterator().next().getLong("total"));
    }

    /** UUIDv7 sorts by time, so the primary key gives the order. */
    Future<List<Agent>> page(SqlClient client, ListAgents filter, long offset) {
        Matching matching = new Matching(filter);
        String sql = "SELECT *" + matching.rows() + " ORDER BY agent_id DESC LIMIT " + matching.place(filter.limit())
                + " OFFSET " + matching.place(offset);
        return statement("agents.page", sql)
                .on(client, matching.arguments)
                .map(rows -> rows.stream().map(row -> stored(row).agent()).toList());
    }

    private Query statement(String operation, String sql) {
        return statements.computeIfAbsent(sql, made -> Query.of(operation, made));
    }

    Future<Boolean> any(SqlClient client) {
        return ANY.on(client).map(rows -> rows.iterator().next().getBoolean("found"));
    }

    /** Takes one of {@code limit} places (0: no limit); false when all are taken. */
    Future<Boolean> takePlace(SqlClient client, int limit) {
        return TAKE_PLACE.on(client, Tuple.of((long) limit)).map(done -> done.rowCount() == 1);
    }

    Future<Void> givePlaceBack(SqlClient client) {
        return GIVE_PLACE.on(client).mapEmpty();
    }

    /** How many places are taken; nobody can take one until the caller's transaction ends. */
    Future<Long> placesTaken(SqlClient client) {
        return PLACES.on(client).map(rows -> rows.iterator().next().getLong("active"));
    }

    /** The id, and what a change can change. */
    private static Tuple changeable(StoredAgent stored) {
        Agent agent = stored.agent();
        return Tuple.tuple()
                .addUUID(agent.agentId())
                .addString(agent.agentType().word())
                .addString(agent.version())
                .addArrayOfString(agent.capabilities().toArray(String[]::new))
                .addString(agent.owner())
                .addString(agent.deploymentEnv().word())
                .addArrayOfString(agent.scopes().toArray(String[]::new))
                .addString(agent.status().word())
                .addOffsetDateTime(utc(agent.updatedAt()))
                .addLong(stored.revision())
                .addLong(stored.epoch());
    }

    private static Optional<StoredAgent> first(RowSet<Row> rows) {
        return rows.stream().findFirst().map(AgentTable::stored);
    }

    private static StoredAgent stored(Row row) {
        return new StoredAgent(
                new Agent(
                        row.getUUID("agent_id"),
                        row.getString("email"),
                        Worded.of(AgentType.class, row.getString("agent_type")),
                        row.getString("version"),
                        List.of(row.getArrayOfStrings("capabilities")),
                        row.getString("owner"),
                        Worded.of(DeploymentEnv.class, row.getString("deployment_env")),
                        List.of(row.getArrayOfStrings("scopes")),
                        Worded.of(AgentStatus.class, row.getString("status")),
                        row.getOffsetDateTime("created_at").toInstant(),
                        row.getOffsetDateTime("updated_at").toInstant()),
                row.getLong("revision"),
                row.getLong("epoch"));
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    /**
     * The filters that there are, and no others: of a statement that has room for all, Postgres would keep a plan that reads
     * the whole table whichever are given.
     */
    private static final class Matching {
        private final List<String> conditions = new ArrayList<>();
        private final Tuple arguments = Tuple.tuple();

        Matching(ListAgents filter) {
            where("owner = %s", filter.owner());
            where("agent_type = %s", word(filter.agentType()));
            where("status = %s", word(filter.status()));
            where("deployment_env = %s", word(filter.deploymentEnv()));
            where("lower(email) = lower(%s)", filter.email());
        }

        String rows() {
            return conditions.isEmpty() ? " FROM agents" : " FROM agents WHERE " + String.join(" AND ", conditions);
        }

        /** What stands in the statement for this value. */
        String place(Object value) {
            arguments.addValue(value);
            return "$" + arguments.size();
        }

        private void where(String condition, @Nullable String value) {
            if (value != null) {
                conditions.add(condition.formatted(place(value)));
            }
        }

        private static @Nullable String word(@Nullable Worded filter) {
            return filter == null ? null : filter.word();
        }
    }
}
