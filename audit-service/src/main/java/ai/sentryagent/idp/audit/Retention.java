package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.Rounds;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops what is older than an installation keeps: whole months at a time, and behind a boundary that it signs in the same
 * transaction, so that the log goes on being verified from there.
 */
final class Retention {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    private static final int FORGOTTEN_AT_ONCE = 5_000;

    private final ServiceRuntime runtime;
    private final ShortWait shortWait;
    private final Database database;
    private final Tables tables;
    private final Signer signer;
    private final int days;

    /** @param days how long events are kept; 0 for ever */
    Retention(ServiceRuntime runtime, Database database, Tables tables, Signer signer, int days) {
        this.runtime = runtime;
        this.shortWait = new ShortWait(runtime);
        this.database = database;
        this.tables = tables;
        this.signer = signer;
        this.days = days;
    }

    /** Drops what can go now. Never fails: there is another time. */
    Future<Void> run() {
        if (days == 0) {
            return Future.succeededFuture();
        }
        return keptFrom()
                .compose(keptFrom -> tables.log()
                        .holdsOlder(database.client(), keptFrom, 0)
                        .compose(there -> there ? shortWait.untilDone(() -> drop(keptFrom)) : Future.succeededFuture()))
                .compose(dropped -> forget())
                .onFailure(failure -> LOG.atError()
                        .setCause(failure)
                        .log("Events that are older than AUDIT_RETENTION_DAYS could not be dropped"))
                .otherwiseEmpty();
    }

    /** What a subscription waits for is kept twice as long, and then no longer: it is told what it has lost. */
    private Future<Instant> keptFrom() {
        Instant now = runtime.clock().instant();
        Instant wanted = month(now.minus(Duration.ofDays(days)));
        Instant atLeast = month(now.minus(Duration.ofDays(2L * days)));
        return tables.subscriptions().positions(database.client()).compose(positions -> {
            long position =
                    positions.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
            return notWaitedFor(wanted, atLeast, position);
        });
    }

    private Future<Instant> notWaitedFor(Instant month, Instant atLeast, long position) {
        if (!month.isAfter(atLeast)) {
            return Future.succeededFuture(month);
        }
        return tables.log().holdsOlder(database.client(), month, position).compose(waits -> {
            if (!waits) {
                return Future.succeededFuture(month);
            }
            LOG.atWarn()
                    .addKeyValue("olderThan", month)
                    .addKeyValue("position", position)
                    .log(
                            "Events are kept longer than AUDIT_RETENTION_DAYS, because a subscription has still to hear them");
            return notWaitedFor(month(month.minus(1, ChronoUnit.DAYS)), atLeast, position);
        });
    }

    /** Another instance may have done it before this one's turn. */
    private Future<Void> drop(Instant keptFrom) {
        return database.transaction(transaction -> tables.checkpoints()
                .lock(transaction)
                .compose(alone -> tables.log().holdsOlder(transaction, keptFrom, 0))
                .compose(there -> there ? drop(transaction, keptFrom) : Future.succeededFuture()));
    }

    private Future<Void> drop(SqlClient transaction, Instant keptFrom) {
        return seal(transaction, keptFrom).compose(boundary -> tables.boundaries()
                .insert(transaction, boundary)
                .compose(id -> tables.boundaries().drop(transaction, id, days))
                .onSuccess(dropped -> LOG.atInfo()
                        .addKeyValue("keptFrom", keptFrom)
                        .addKeyValue("treeSize", boundary.sealed().treeSize())
                        .log("Events that are older than AUDIT_RETENTION_DAYS are dropped")));
    }

    private Future<Boundary> seal(SqlClient transaction, Instant keptFrom) {
        return Future.all(LogBeginning.read(transaction, tables), tables.log().firstFrom(transaction, keptFrom))
                .compose(both -> {
                    LogBeginning beginning = both.resultAt(0);
                    if (beginning.boundary() > 0 && !beginning.isBoundary()) {
                        throw TreeReader
                                .damaged(); // what a stranger has noted as dropped would be signed with the rest
                    }
                    long size = both.<Long>resultAt(1) - 1;
                    return Future.all(
                                    tree(transaction, size),
                                    chain(transaction, beginning, size),
                                    late(transaction, beginning, size, keptFrom))
                            .map(parts -> signer.boundary(
                                    keptFrom, size, parts.resultAt(0), parts.resultAt(1), parts.resultAt(2)));
                });
    }

    /** The root of what is before the boundary, whose parts stay: without the rows nobody could compute them again. */
    private Future<Buffer> tree(SqlClient transaction, long size) {
        List<Subtree> subtrees = MerkleTree.cover(0, size);
        return tables.tree().hashes(transaction, subtrees).compose(hashes -> {
            Map<Subtree, Buffer> parts = new HashMap<>();
            subtrees.forEach(subtree -> parts.put(subtree, hashes.get(subtree)));
            Buffer root = MerkleTree.root(subtrees.stream().map(hashes::get).toList());
            return tables.subtrees().insert(transaction, parts).map(root);
        });
    }

    private Future<Buffer> chain(SqlClient transaction, LogBeginning beginning, long size) {
        return size == beginning.size()
                ? Future.succeededFuture(beginning.hash())
                : tables.log().hashes(transaction, new Long[] {size}).map(found -> {
                    Buffer hash = found.get(size);
                    if (hash == null) {
                        throw TreeReader.damaged();
                    }
                    return hash;
                });
    }

    /** What came late lies behind the boundary and goes all the same. */
    private Future<Buffer> late(SqlClient transaction, LogBeginning beginning, long size, Instant keptFrom) {
        DroppedTable dropped = tables.dropped();
        return dropped.holdsAny(transaction)
                .compose(any -> {
                    if (!beginning.isBoundary() && any) {
                        throw TreeReader.damaged(); // nothing has been dropped yet
                    }
                    return dropped.note(transaction, size, keptFrom);
                })
                .compose(noted -> DroppedDigest.after(transaction, dropped, size));
    }

    private Future<Void> forget() {
        return Rounds.untilLast(() -> tables.checkpoints()
                .forget(database.client(), FORGOTTEN_AT_ONCE)
                .map(gone -> gone < FORGOTTEN_AT_ONCE));
    }

    private static Instant month(Instant within) {
        ZonedDateTime time = within.atZone(ZoneOffset.UTC);
        return time.withDayOfMonth(1).truncatedTo(ChronoUnit.DAYS).toInstant();
    }
}
