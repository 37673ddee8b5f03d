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
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.UUID;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** A log of many months, with the chain that the service would have made, written as fast as Postgres takes it. */
public final class LongHistory {
    private static final int AGENTS = 1_000;
    private static final int LINES_AT_ONCE = 500;

    private LongHistory() {}

    /** Appends so many events, spread evenly from the first of a month up to now. No service may run. */
    public static void append(String jdbcUrl, long events, YearMonth first) throws SQLException, IOException {
        Instant start = first.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
        long stepMillis = Duration.between(start, Instant.now()).toMillis() / events;
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
            CopyIn copy = connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn(
                            "COPY audit.audit_events (sequence, event_id, agent_id, action, outcome, metadata, timestamp,"
                                    + " request_id, hash) FROM STDIN");
            StringBuilder lines = new StringBuilder();
            for (long i = 0; i < events; i++) {
                AuditEvent event = event(start.plusMillis(i * stepMillis), i);
                hash = HashChain.next(hash, ++sequence, event);
                lines.append(sequence)
                        .append('\t')
                        .append(event.eventId())
                        .append('\t')
                        .append(event.agentId())
                        .append("\ttoken.issued\tsuccess\t{}\t")
                        .append(event.timestamp())
                        .append("\trequest\t\\\\x")
                        .append(SignedCheckpoint.hex(hash))
                        .append('\n');
                if (i % LINES_AT_ONCE == 0 || i == events - 1) {
                    byte[] bytes = lines.toString().getBytes(StandardCharsets.US_ASCII);
                    copy.writeToCopy(bytes, 0, bytes.length);
                    lines.setLength(0);
                }
            }
            copy.endCopy();
            statement.execute("UPDATE audit.audit_head SET sequence = " + sequence + ", hash = decode('"
                    + SignedCheckpoint.hex(hash) + "', 'hex')");
        }
    }

    /** Drops what is older than so many days, as another instance of the service would. */
    public static Future<Void> dropOlderThan(ServiceRuntime runtime, String databaseUrl, int days) {
        DatabaseConfig config = new DatabaseConfig(new SecretText(databaseUrl));
        Signer signer = new Signer(AuditKey.made(runtime.random()), "another", runtime.clock());
        return Database.open(runtime.vertx(), runtime.random(), config, "audit")
                .compose(database -> new Retention(runtime, database, Tables.all(TrustedKeys.unknown()), signer, days)
                        .run()
                        .eventually(database::close));
    }

    private static AuditEvent event(Instant timestamp, long i) {
        return new AuditEvent(
                new UUID(timestamp.toEpochMilli() << 16 | 0x7000, Long.MIN_VALUE | i),
                new UUID(0x7000, Long.MIN_VALUE | i % AGENTS),
                "token.issued",
                Outcome.SUCCESS,
                null,
                null,
                JsonNodeFactory.instance.objectNode(),
                timestamp,
                "request",
                null);
    }
}
