package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.Pauses;
import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.Rounds;
import ai.sentryagent.idp.schema.ServiceException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs what the log has come to, after it has been written and beside those who write. Of all instances one does so at a
 * time. It never signs a log of which one that it or another has signed is not the beginning.
 */
final class Checkpointer {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final ServiceRuntime runtime;
    private final Database database;
    private final Tables tables;
    private final TreeKeeper keeper;
    private final Signer signer;
    private @Nullable Future<Void> underWay;
    private @Nullable SignedCheckpoint seen;
    private boolean complained;

    Checkpointer(ServiceRuntime runtime, Database database, Tables tables, Signer signer) {
        this.runtime = runtime;
        this.database = database;
        this.tables = tables;
        this.keeper = new TreeKeeper(tables);
        this.signer = signer;
    }

    /** The newest that this process knows of: whoever owns the database cannot make it forget. */
    Optional<SignedCheckpoint> seen() {
        return Optional.ofNullable(seen);
    }

    /**
     * Signs the log before anything is in it, so that one without a checkpoint of nothing is known to have lost it. While
     * nothing is in it, that is tried for as long as it takes; one that has events is written on all the same. Never fails.
     */
    Future<Void> begin() {
        Pauses pauses = new Pauses(runtime.random(), FIRST_PAUSE, LONGEST_PAUSE);
        return Rounds.untilLast(
                () -> covering(0).map(true).onFailure(this::complain).recover(failure -> isToBegin()
                        .compose(waits -> waits ? waitAfter(failure, pauses) : Future.succeededFuture(true))));
    }

    /** Whether nothing is in the log and nothing of it is signed, as far as anybody can say. */
    private Future<Boolean> isToBegin() {
        return Future.all(
                        tables.log().head(database.client()),
                        tables.checkpoints().latest(database.client()))
                .map(both -> both.<AuditTable.Head>resultAt(0).sequence() == 0
                        && both.<Optional<SignedCheckpoint>>resultAt(1).isEmpty())
                .otherwise(Checkpointer::isAway);
    }

    private Future<Boolean> waitAfter(Throwable failure, Pauses pauses) {
        long millis = pauses.next().toMillis();
        LOG.atWarn()
                .addKeyValue("cause", failure.toString())
                .addKeyValue("nextAttemptInMillis", millis)
                .log("The audit log takes no event before a checkpoint of nothing is signed");
        return runtime.vertx().timer(millis, TimeUnit.MILLISECONDS).map(false);
    }

    /** Makes a checkpoint where the log has grown, unless another instance is at it. Never fails. */
    Future<Void> keepUp() {
        return underWay != null
                ? underWay.otherwiseEmpty()
                : once(tables.checkpoints()::tryLock)
                        .onSuccess(done -> complained = false)
                        .onFailure(this::complain)
                        .otherwiseEmpty();
    }

    /** The newest checkpoint, which holds the first so many events; it is made where there is none yet. */
    Future<SignedCheckpoint> covering(long events) {
        return covering(events, 2);
    }

    private Future<SignedCheckpoint> covering(long events, int attempts) {
        return tables.checkpoints().latest(database.client()).compose(latest -> {
            if (latest.isPresent() && latest.get().checkpoint().treeSize() >= events) {
                return tables.trusted().vouchFor(latest.get())
                        ? Future.succeededFuture(latest.get())
                        : Future.failedFuture(untrusted(latest.get()));
            }
            if (attempts == 0) {
                return Future.failedFuture(new ServiceException(
                        ErrorCode.SERVICE_UNAVAILABLE, "The checkpoint that this needs is not made yet"));
            }
            Future<Void> made = underWay != null
                    ? underWay
                    : once(transaction -> tables.checkpoints().lock(transaction).map(true));
            return made.compose(done -> covering(events, attempts - 1));
        });
    }

    private interface Turn {
        Future<Boolean> take(SqlClient transaction);
    }

    private Future<Void> once(Turn turn) {
        Future<Void> run = run(turn);
        underWay = run;
        return run.onComplete(done -> underWay = null);
    }

    /** @param newest what is signed now; null while some of the tree is not stored yet */
    private record Step(boolean last, @Nullable SignedCheckpoint newest) {}

    /** In small transactions, so that a log that has no tree yet gets one without holding anything for long. */
    private Future<Void> run(Turn turn) {
        return Rounds.untilLast(() -> database.transaction(transaction -> turn.take(transaction)
                        .compose(taken -> taken ? step(transaction) : Future.succeededFuture(new Step(true, null))))
                .map(step -> {
                    seen = step.newest() == null ? seen : step.newest();
                    return step.last();
                }));
    }

    private Future<Step> step(SqlClient transaction) {
        return tables.log().head(transaction).compose(head -> keeper.store(transaction, head.sequence())
                .compose(last -> last
                        ? extend(transaction, head).map(newest -> new Step(true, newest))
                        : Future.succeededFuture(new Step(false, null))));
    }

    private Future<SignedCheckpoint> extend(SqlClient transaction, AuditTable.Head head) {
        return tables.checkpoints().latest(transaction).compose(latest -> {
            if (latest.isPresent() && latest.equals(seen()) && isOf(latest.get(), head)) {
                return Future.succeededFuture(latest.get()); // nothing has come
            }
            if (latest.isPresent() && !tables.trusted().vouchFor(latest.get())) {
                throw untrusted(latest.get());
            }
            if (latest.isEmpty() && head.sequence() > 0) {
                LOG.atError()
                        .addKeyValue("events", head.sequence())
                        .log(
                                "The audit log has events and no checkpoint: what was signed of it has been deleted, and nothing"
                                        + " shows that these events are what was written. It is signed again from here");
            }
            return tables.boundaries().treeSize(transaction).compose(dropped -> {
                // of one that this process saw long ago there may be too little left
                List<SignedCheckpoint> earlier = Stream.concat(latest.stream(), seen().stream())
                        .distinct()
                        .filter(known -> known.checkpoint().treeSize() >= dropped)
                        .toList();
                return extend(transaction, head, latest, earlier);
            });
        });
    }

    private Future<SignedCheckpoint> extend(
            SqlClient transaction,
            AuditTable.Head head,
            Optional<SignedCheckpoint> latest,
            List<SignedCheckpoint> earlier) {
        List<MerkleTree.Range> ranges = new ArrayList<>(List.of(new MerkleTree.Range(0, head.sequence())));
        for (SignedCheckpoint known : earlier) {
            if (known.checkpoint().treeSize() > head.sequence()) {
                throw TreeReader.damaged();
            }
            ranges.add(new MerkleTree.Range(0, known.checkpoint().treeSize()));
        }
        return tables.tree().roots(transaction, ranges).compose(roots -> {
            for (int i = 0; i < earlier.size(); i++) {
                if (!SignedCheckpoint.hex(roots.get(i + 1))
                        .equals(earlier.get(i).checkpoint().rootHash())) {
                    throw TreeReader.damaged();
                }
            }
            boolean grown = latest.isEmpty() || latest.get().checkpoint().treeSize() < head.sequence();
            return grown ? insert(transaction, head, roots.get(0)) : Future.succeededFuture(latest.orElseThrow());
        });
    }

    private Future<SignedCheckpoint> insert(SqlClient transaction, AuditTable.Head head, Buffer root) {
        SignedCheckpoint made = signer.checkpoint(head.sequence(), root, head.hash());
        return tables.checkpoints().insert(transaction, made).map(made);
    }

    /** Signing on would make what a stranger may have written look like ours. */
    private static ServiceException untrusted(SignedCheckpoint signed) {
        return new ServiceException(
                ErrorCode.INTERNAL_SERVER_ERROR,
                "The newest checkpoint of the audit log does not hold, or its key "
                        + signed.key().id() + " is neither that of AUDIT_SIGNING_KEY nor one of AUDIT_TRUSTED_KEYS");
    }

    private static boolean isOf(SignedCheckpoint known, AuditTable.Head head) {
        return known.checkpoint().treeSize() == head.sequence()
                && known.checkpoint().chainHash().equals(SignedCheckpoint.hex(head.hash()));
    }

    /** Once, until it works again. That the database is away is told by whoever needs it. */
    private void complain(Throwable failure) {
        if (!isAway(failure) && !complained) {
            complained = true;
            LOG.atError().setCause(failure).log("No checkpoint of the audit log can be signed at the moment");
        }
    }

    private static boolean isAway(Throwable failure) {
        return failure instanceof ServiceException known && known.code() == ErrorCode.SERVICE_UNAVAILABLE;
    }
}
