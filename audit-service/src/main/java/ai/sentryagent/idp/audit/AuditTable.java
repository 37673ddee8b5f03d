package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.postgres.Query;
import ai.sentryagent.idp.schema.Outcome;
import ai.sentryagent.idp.schema.Wire;
import ai.sentryagent.idp.schema.Worded;
import ai.sentryagent.idp.schema.audit.AuditEvent;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The {@code audit_events} table, whose rows the service's role can neither change nor delete. */
final class AuditTable {
    private static final Query INSERT = Query.of(
            "audit_events.insert",
            """
            INSERT INTO audit_events (sequence, event_id, agent_id, action, outcome, ip_address, user_agent, metadata,
                timestamp, request_id, actor_id, hash)
            SELECT sequence, event_id, agent_id, action, outcome, ip_address, user_agent, metadata::jsonb,
                timestamp, request_id, actor_id, hash
            FROM unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[],
                $8::text[], $9::timestamptz[], $10::text[], $11::uuid[], $12::bytea[])
                AS event (sequence, event_id, agent_id, action, outcome, ip_address, user_agent, metadata,
                    timestamp, request_id, actor_id, hash)
            """);

    private static final Query KNOWN = Query.of(
            "audit_events.known",
            """
            SELECT event_id FROM audit_events
            WHERE event_id = ANY ($1::uuid[]) AND timestamp BETWEEN $2 AND $3
            """);

    private static final Query FIND =
            Query.of("audit_events.find", "SELECT * FROM audit_events WHERE event_id = $1 LIMIT 1");

    private static final Query CHAIN = Query.of(
            "audit_events.chain",
            """
            SELECT * FROM audit_events WHERE sequence >= $1 AND sequence <= $2 ORDER BY sequence LIMIT $3
            """);

    /** What was dropped though it came after the boundary of retention has left its hash. */
    private static final Query HASHES = Query.of(
            "audit_events.hashes",
            """
            SELECT sequence, hash FROM audit_events WHERE sequence = ANY ($1::bigint[])
            UNION
            SELECT sequence, hash FROM audit_dropped WHERE sequence = ANY ($1::bigint[])
            """);

    /** The same for places without a gap, which one scan of each month finds. */
    private static final Query HASHES_BETWEEN = Query.of(
            "audit_events.hashes_between",
            """
            SELECT sequence, hash FROM audit_events WHERE sequence BETWEEN $1 AND $2
            UNION
            SELECT sequence, hash FROM audit_dropped WHERE sequence BETWEEN $1 AND $2
            """);

    /**
     * OFFSET 0 keeps the two apart: else Postgres goes through the places of the whole month from both ends, because it takes the
     * rows of the window for evenly spread among them.
     */
    private static final Query SPAN = Query.of(
            "audit_events.span",
            """
            SELECT min(sequence) AS first, max(sequence) AS last FROM (
                SELECT sequence FROM audit_events
                WHERE timestamp >= coalesce($1::timestamptz, '-infinity')
                  AND timestamp <= coalesce($2::timestamptz, 'infinity') AND sequence > $4 AND sequence <= $3
                OFFSET 0) AS within
            """);

    /** Where no row is in a window: from the last place before it to the first after it that has a row. */
    private static final Query AROUND = Query.of(
            "audit_events.around",
            """
            WITH later AS (
                SELECT least(coalesce(min(sequence), $3), $3) AS place FROM audit_events WHERE timestamp > $2 AND sequence > $4),
            earlier AS (
                SELECT max(sequence) AS place FROM audit_events
                WHERE timestamp < coalesce($1::timestamptz, '-infinity') AND sequence > $4 AND sequence <= $3),
            before AS (
                SELECT max(sequence) AS place FROM audit_events
                WHERE timestamp < coalesce($1::timestamptz, '-infinity') AND sequence > $4
                  AND sequence <= least($3, (SELECT place FROM later) - 1))
            SELECT coalesce(before.place, $4) + 1 AS first, greatest(later.place, earlier.place, $4) AS last
            FROM later, earlier, before
            """);

    private static final Query EXPORT = Query.of(
            "audit_events.export",
            """
            SELECT * FROM audit_events
            WHERE timestamp >= coalesce($1::timestamptz, '-infinity') AND timestamp <= coalesce($2::timestamptz, 'infinity')
              AND sequence > $3 AND sequence <= $4
            ORDER BY sequence LIMIT $5
            """);

    private static final Query HOLDS_OLDER = Query.of(
            "audit_events.holds_older",
            "SELECT EXISTS (SELECT FROM audit_events WHERE timestamp < $1 AND sequence > $2) AS found");

    private static final Query FIRST_FROM = Query.of(
            "audit_events.first_from",
            """
            SELECT coalesce((SELECT min(sequence) FROM audit_events WHERE timestamp >= $1),
                (SELECT sequence + 1 FROM audit_head)) AS first
            """);

    /**
     * One statement sees one moment, in which no event that was written properly is past the head. In three parts, each of which
     * the index on the places answers: those without one, which whoever owns the table can allow, stand at its end.
     */
    private static final Query STRAY = Query.of(
            "audit_events.stray",
            """
            SELECT event_id FROM (
                (SELECT event_id, sequence FROM audit_events
                WHERE timestamp >= coalesce($1::timestamptz, '-infinity')
                  AND timestamp <= coalesce($2::timestamptz, 'infinity') AND sequence <= $3
                ORDER BY sequence LIMIT 1)
                UNION ALL
                (SELECT event_id, sequence FROM audit_events
                WHERE timestamp >= coalesce($1::timestamptz, '-infinity')
                  AND timestamp <= coalesce($2::timestamptz, 'infinity') AND sequence > (SELECT sequence FROM audit_head)
                ORDER BY sequence LIMIT 1)
                UNION ALL
                (SELECT event_id, sequence FROM audit_events
                WHERE timestamp >= coalesce($1::timestamptz, '-infinity')
                  AND timestamp <= coalesce($2::timestamptz, 'infinity') AND sequence IS NULL
                LIMIT 1)) AS outside
            ORDER BY sequence LIMIT 1
            """);

    /** The row lock makes writers wait for each other, so that the chain has one end. */
    private static final Query LOCK_HEAD =
            Query.of("audit_head.lock", "SELECT sequence, hash FROM audit_head FOR UPDATE");

    private static final Query READ_HEAD = Query.of("audit_head.read", "SELECT sequence, hash FROM audit_head");

    private static final Query MOVE_HEAD =
            Query.of("audit_head.move", "UPDATE audit_head SET sequence = $1, hash = $2");

    private static final Query ENSURE_PARTITIONS = Query.of(
            "audit_events.partitions",
            """
            SELECT ensure_audit_partition((date_trunc('month', now() AT TIME ZONE 'UTC')
                + month * interval '1 month')::date)
            FROM generate_series(-1, 2) AS month
            """);

    private static final Query CURSOR_KEY = Query.of("cursor_key.read", "SELECT key FROM cursor_key");

    /** The end of the chain. */
    record Head(long sequence, Buffer hash) {}

    /** The first and the last sequence number of a range. */
    record Span(long first, long last) {}

    /** A stretch of time, both ends included; an end that is absent is open. */
    record Window(@Nullable Instant from, @Nullable Instant until) {}

    Future<Void> insert(SqlClient transaction, List<ChainedEvent> events) {
        return INSERT.on(
                        transaction,
                        Tuple.tuple()
                                .addArrayOfLong(column(events, ChainedEvent::sequence, Long[]::new))
                                .addArrayOfUUID(column(events, e -> e.event().eventId(), UUID[]::new))
                                .addArrayOfUUID(column(events, e -> e.event().agentId(), UUID[]::new))
                                .addArrayOfString(column(events, e -> e.event().action(), String[]::new))
                                .addArrayOfString(
                                        column(events, e -> e.event().outcome().word(), String[]::new))
                                .addArrayOfString(column(events, e -> e.event().ipAddress(), String[]::new))
                                .addArrayOfString(column(events, e -> e.event().userAgent(), String[]::new))
                                .addArrayOfString(
                                        column(events, e -> Wire.text(e.event().metadata()), String[]::new))
                                .addArrayOfOffsetDateTime(
                                        column(events, e -> utc(e.event().timestamp()), OffsetDateTime[]::new))
                                .addArrayOfString(column(events, e -> e.event().requestId(), String[]::new))
                                .addArrayOfUUID(column(events, e -> e.event().actorId(), UUID[]::new))
                                .addArrayOfBuffer(column(events, e -> e.hash(), Buffer[]::new)))
                .mapEmpty();
    }

    /** Which of these events are in the log already; {@code from} and {@code until} bound their timestamps. */
    Future<Set<UUID>> known(SqlClient client, List<UUID> eventIds, Instant from, Instant until) {
        return KNOWN.on(
                        client,
                        Tuple.tuple()
                                .addArrayOfUUID(eventIds.toArray(UUID[]::new))
                                .addOffsetDateTime(utc(from))
                                .addOffsetDateTime(utc(until)))
                .map(rows -> {
                    Set<UUID> known = new HashSet<>();
                    rows.forEach(row -> known.add(row.getUUID("event_id")));
                    return known;
                });
    }

    Future<Optional<ChainedEvent>> find(SqlClient client, UUID eventId) {
        return FIND.on(client, Tuple.of(eventId))
                .map(rows -> rows.stream().findFirst().map(AuditTable::chained));
    }

    /** The chain from one sequence number to another, at most {@code count} events of it. */
    Future<List<ChainedEvent>> chain(SqlClient client, long first, long last, int count) {
        return CHAIN.on(client, Tuple.of(first, last, count))
                .map(rows -> rows.stream().map(AuditTable::chained).toList());
    }

    /** Which part of the chain between two places a window of time holds; {@code after} is not part of it. */
    Future<Optional<Span>> span(SqlClient client, Window window, long after, long last) {
        return SPAN.on(client, bounds(window).addLong(last).addLong(after)).map(rows -> {
            Row row = rows.iterator().next();
            return row.getLong("first") == null
                    ? Optional.empty()
                    : Optional.of(new Span(row.getLong("first"), row.getLong("last")));
        });
    }

    /** What lies between the places before and after a window that holds no row. */
    Future<Span> around(SqlClient client, Window window, long after, long last) {
        return AROUND.on(client, bounds(window).addLong(last).addLong(after)).map(rows -> {
            Row row = rows.iterator().next();
            return new Span(row.getLong("first"), row.getLong("last"));
        });
    }

    /** At most {@code count} events of the window between two places, by their place; {@code after} is not part of it. */
    Future<List<ChainedEvent>> export(SqlClient client, Window window, long after, long last, int count) {
        return EXPORT.on(client, bounds(window).addLong(after).addLong(last).addInteger(count))
                .map(rows -> rows.stream().map(AuditTable::chained).toList());
    }

    /** Whether there are events of before this moment at places after this one. */
    Future<Boolean> holdsOlder(SqlClient client, Instant moment, long after) {
        return HOLDS_OLDER
                .on(client, Tuple.of(utc(moment), after))
                .map(rows -> rows.iterator().next().getBoolean("found"));
    }

    /** The first place of an event that is not older than this; the next that will be taken where there is none. */
    Future<Long> firstFrom(SqlClient client, Instant moment) {
        return FIRST_FROM
                .on(client, Tuple.of(utc(moment)))
                .map(rows -> rows.iterator().next().getLong("first"));
    }

    /** The hash of each of these different places. A place that several claim with different hashes is left out. */
    Future<Map<Long, Buffer>> hashes(SqlClient client, Long[] sequences) {
        LongSummaryStatistics places =
                Stream.of(sequences).mapToLong(Long::longValue).summaryStatistics();
        boolean withoutGap = places.getMax() - places.getMin() + 1 == sequences.length;
        Future<RowSet<Row>> found = withoutGap
                ? HASHES_BETWEEN.on(client, Tuple.of(places.getMin(), places.getMax()))
                : HASHES.on(client, Tuple.tuple().addArrayOfLong(sequences));
        return found.map(rows -> {
            Map<Long, Buffer> hashes = new HashMap<>();
            Set<Long> claimedTwice = new HashSet<>();
            rows.forEach(row -> {
                if (hashes.put(row.getLong("sequence"), row.getBuffer("hash")) != null) {
                    claimedTwice.add(row.getLong("sequence"));
                }
            });
            hashes.keySet().removeAll(claimedTwice);
            return hashes;
        });
    }

    /** An event in the window that is no part of the chain, because it claims a place before its beginning or past its end, or none. */
    Future<Optional<UUID>> stray(SqlClient client, Window window, long dropped) {
        return STRAY.on(client, bounds(window).addLong(dropped))
                .map(rows -> rows.stream().findFirst().map(row -> row.getUUID("event_id")));
    }

    Future<Head> lockHead(SqlClient transaction) {
        return LOCK_HEAD.on(transaction).map(rows -> head(rows.iterator().next()));
    }

    Future<Head> head(SqlClient client) {
        return READ_HEAD.on(client).map(rows -> head(rows.iterator().next()));
    }

    Future<Void> moveHead(SqlClient transaction, ChainedEvent last) {
        return MOVE_HEAD.on(transaction, Tuple.of(last.sequence(), last.hash())).mapEmpty();
    }

    /** Makes the partitions of last month, this month and the two to come where they are missing. */
    Future<Void> ensurePartitions(SqlClient client) {
        return ENSURE_PARTITIONS.on(client).mapEmpty();
    }

    /** The secret under which cursors are made, the same for every instance. */
    Future<byte[]> cursorKey(SqlClient client) {
        return CURSOR_KEY
                .on(client)
                .map(rows -> rows.iterator().next().getBuffer("key").getBytes());
    }

    private static Tuple bounds(Window window) {
        return Tuple.tuple()
                .addOffsetDateTime(window.from() == null ? null : utc(window.from()))
                .addOffsetDateTime(window.until() == null ? null : utc(window.until()));
    }

    private static Head head(Row row) {
        return new Head(row.getLong("sequence"), row.getBuffer("hash"));
    }

    static ChainedEvent chained(Row row) {
        return new ChainedEvent(
                row.getLong("sequence"),
                new AuditEvent(
                        row.getUUID("event_id"),
                        row.getUUID("agent_id"),
                        row.getString("action"),
                        Worded.of(Outcome.class, row.getString("outcome")),
                        row.getString("ip_address"),
                        row.getString("user_agent"),
                        Wire.parse(String.valueOf(row.getJson("metadata")), JsonNode.class),
                        row.getOffsetDateTime("timestamp").toInstant(),
                        row.getString("request_id"),
                        row.getUUID("actor_id")),
                row.getBuffer("hash"));
    }

    private interface Column<T> {
        @Nullable T of(ChainedEvent event);
    }

    private static <T> T[] column(List<ChainedEvent> events, Column<T> column, IntFunction<T[]> array) {
        return events.stream().map(column::of).toArray(array);
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
