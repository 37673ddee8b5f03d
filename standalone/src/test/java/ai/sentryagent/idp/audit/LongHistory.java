package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.config.DatabaseConfig;
import ai.sentryagent.idp.runtime.config.SecretText;
import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.Outcome;
import ai.sentryagent.idp.schema.audit.AuditEvent;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * A log of many months, with the chain that the service would have made, written as fast as Postgres takes it. Most of it are
 * tokens that were issued to a thousand agents; one event in twenty is of another kind, and one in a thousand a failure.
 */
public final class LongHistory {
    /** One event in ten is about this agent. */
    public static final UUID BUSY_AGENT = agent(1_000_001);

    /** A third of the first tenth is about this agent, and nothing since. */
    public static final UUID FORMER_AGENT = agent(1_000_002);

    /** So many events, of a log of any length, are about this agent. */
    public static final UUID RARE_AGENT = agent(1_000_003);

    private static final int RARE = 150;
    private static final int AGENTS = 1_000;
    private static final int LINES_AT_ONCE = 20_000;
    private static final String COPY =
            "COPY audit.audit_events (sequence, event_id, agent_id, action, outcome, metadata, timestamp, request_id, hash)"
                    + " FROM STDIN";

    private LongHistory() {}

    /** Appends so many events, spread evenly from the first of a month up to some moment. No service may run. */
    public static void append(String jdbcUrl, long events, YearMonth first, Instant end)
            throws SQLException, IOException {
        Instant start = first.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
        long stepMillis = Duration.between(start, end).toMillis() / events;
        try (Connection connection = DriverManager.getConnection(jdbcUrl);
                Statement statement = connection.createStatement()) {
            for (YearMonth month = first; !month.isAfter(YearMonth.now(ZoneOffset.UTC)); month = month.plusMonths(1)) {
                statement.execute("SELECT audit.ensure_audit_partition('" + month + "-01')");
            }
            long sequence;
            Buffer hash;
            try (ResultSet head = statement.executeQuery("SELECT sequence, hash FROM audit.audit_head")) {
                head.next();
                sequence = head.getLong(1);
                hash = Buffer.buffer(head.getBytes(2));
            }
            CopyManager copying = connection.unwrap(PGConnection.class).getCopyAPI();
            StringBuilder lines = new StringBuilder();
            for (long i = 0; i < events; i++) {
                AuditEvent event = event(start.plusMillis(i * stepMillis), agentOf(i, events), i);
                hash = HashChain.next(hash, ++sequence, event);
                lines.append(sequence)
                        .append('\t')
                        .append(event.eventId())
                        .append('\t')
                        .append(event.agentId())
                        .append('\t')
                        .append(event.action())
                        .append('\t')
                        .append(event.outcome().word())
                        .append("\t{}\t")
                        .append(event.timestamp())
                        .append("\trequest\t\\\\x")
                        .append(SignedCheckpoint.hex(hash))
                        .append('\n');
                if (i % LINES_AT_ONCE == 0 || i == events - 1) {
                    copying.copyIn(COPY, new StringReader(lines.toString()));
                    lines.setLength(0);
                }
            }
            statement.execute("UPDATE audit.audit_head SET sequence = " + sequence + ", hash = decode('"
                    + SignedCheckpoint.hex(hash) + "', 'hex')");
        }
    }

    /** Drops what is older than so many days, as another instance of the service would. */
    public static Future<Void> dropOlderThan(ServiceRuntime runtime, String databaseUrl, int days) {
        DatabaseConfig config = new DatabaseConfig(new SecretText(databaseUrl), Optional.empty());
        Signer signer = new Signer(AuditKey.made(runtime.random()), "another", runtime.clock());
        return Database.open(runtime.vertx(), runtime.random(), config, "audit")
                .compose(database -> new Retention(runtime, database, Tables.all(TrustedKeys.unknown()), signer, days)
                        .run()
                        .eventually(database::close));
    }

    private static UUID agentOf(long i, long events) {
        if (i % (events / RARE) == 1) {
            return RARE_AGENT;
        } else if (i % 10 == 0) {
            return BUSY_AGENT;
        }
        return i < events / 10 && i % 3 == 0 ? FORMER_AGENT : agent(i % AGENTS);
    }

    private static UUID agent(long number) {
        return new UUID(0x7000, Long.MIN_VALUE | number);
    }

    private static AuditEvent event(Instant timestamp, UUID agentId, long i) {
        boolean isFailure = i % 1_000 == 0;
        return new AuditEvent(
                new UUID(timestamp.toEpochMilli() << 16 | 0x7000, Long.MIN_VALUE | i),
                agentId,
                isFailure ? "auth.failed" : i % 20 == 0 ? "token.introspected" : "token.issued",
                isFailure ? Outcome.FAILURE : Outcome.SUCCESS,
                null,
                null,
                JsonNodeFactory.instance.objectNode(),
                timestamp,
                "request",
                null);
    }
}
