package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.Rounds;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.audit.AuditOperations;
import ai.sentryagent.idp.schema.audit.AuditVerification;
import ai.sentryagent.idp.schema.audit.VerifyAudit;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Reads the log again and says whether it is as it was written: every event follows from the one before, none is missing,
 * none has been put in beside the chain, the last one is the one that the head of the chain remembers, and what was signed
 * of the log still fits it, so that nobody can have written it anew, chain and head and all.
 */
final class AuditVerifier {
    private static final int BATCH = 1_000;

    /** Each reads all that there is, over the few connections that exports and retention need, too. */
    private static final int AT_ONCE = 2;

    /** By how much those of two instances may differ. */
    private static final Duration CLOCKS = Duration.ofMinutes(1);

    /** Less than the asker waits, so that the answer that it was too much still finds somebody. */
    private static final Duration LONGEST = AuditOperations.VERIFY.timeout().minus(Duration.ofSeconds(5));

    private final Database database;
    private final Tables tables;
    private final Supplier<Optional<SignedCheckpoint>> seen;
    private final Clock clock;
    private int underWay;

    /** @param seen the newest checkpoint that this process knows of by itself */
    AuditVerifier(Database database, Tables tables, Supplier<Optional<SignedCheckpoint>> seen, Clock clock) {
        this.database = database;
        this.tables = tables;
        this.seen = seen;
        this.clock = clock;
    }

    /**
     * What the log should be, and by when that must be known.
     *
     * @param oldest what was signed first of what is left
     * @param newest what was signed last, as the table says and as this process knows
     * @param head read after these, so that an honest log has come to them
     */
    private record Claims(
            LogBeginning beginning,
            Optional<SignedCheckpoint> oldest,
            List<SignedCheckpoint> newest,
            AuditTable.Head head,
            Instant deadline) {
        boolean reachFurther() {
            return newest.stream().anyMatch(known -> known.checkpoint().treeSize() > head.sequence());
        }

        /**
         * A log is signed before anything is in it, and nothing is dropped that is not signed. Whoever deletes every
         * checkpoint makes one begin later.
         */
        boolean areSignedFromTheBeginning(TrustedKeys trusted) {
            Instant sealedAt = beginning.sealedAt();
            return oldest.filter(trusted::vouchFor)
                    .filter(first -> sealedAt == null
                            ? first.checkpoint().treeSize() == 0
                            : first.checkpoint().timestamp().isBefore(sealedAt.plus(CLOCKS)))
                    .isPresent();
        }
    }

    /** Fails with SERVICE_UNAVAILABLE while as many are under way as may be, and for what takes too long. */
    Future<AuditVerification> verify(Caller caller, VerifyAudit question) {
        if (underWay == AT_ONCE) {
            return Future.failedFuture(new ServiceException(
                    ErrorCode.SERVICE_UNAVAILABLE, "The log is being verified already; try again"));
        }
        underWay++;
        return Future.succeededFuture()
                .compose(begin -> verified(question, clock.instant().plus(LONGEST)))
                .onComplete(done -> underWay--)
                .timeout(LONGEST.toMillis(), TimeUnit.MILLISECONDS)
                .recover(failure -> Future.failedFuture(failure instanceof TimeoutException ? tooLong() : failure));
    }

    private static ServiceException tooLong() {
        return new ServiceException(
                ErrorCode.SERVICE_UNAVAILABLE, "This takes too long to verify at once; ask for a smaller window");
    }

    private Future<AuditVerification> verified(VerifyAudit question, Instant deadline) {
        AuditTable.Window window = new AuditTable.Window(question.from(), question.until());
        return claims(deadline).compose(claims -> walk(window, claims)
                .map(walk -> signed(walk, claims))
                .compose(walk -> broken(window, claims, walk)
                        .compose(broken -> broken.isEmpty()
                                ? Future.succeededFuture(verdict(question, walk, broken))
                                : again(claims)
                                        .compose(again -> again
                                                ? verified(question, deadline)
                                                : Future.succeededFuture(verdict(question, walk, broken))))));
    }

    private LogWalk signed(LogWalk walk, Claims claims) {
        if (walk.broken() == null
                && claims.head().sequence() > 0
                && !claims.areSignedFromTheBeginning(tables.trusted())) {
            walk.isNotSignedFromItsBeginning();
        }
        return walk;
    }

    private static AuditVerification verdict(VerifyAudit question, LogWalk walk, Optional<UUID> broken) {
        return new AuditVerification(
                broken.isEmpty(), walk.checked(), broken.orElse(null), question.from(), question.until());
    }

    /** Whether retention has moved the beginning of the log meanwhile, so that what was missing may be missing by right. */
    private Future<Boolean> again(Claims claims) {
        return tables.boundaries()
                .latest(database.client())
                .map(latest ->
                        latest.map(Boundary::id).orElse(0L) > claims.beginning().boundary());
    }

    private Future<Optional<UUID>> broken(AuditTable.Window window, Claims claims, LogWalk walk) {
        return walk.broken() != null
                ? Future.succeededFuture(Optional.of(walk.broken()))
                : tables.log()
                        .stray(database.client(), window, claims.beginning().size());
    }

    private Future<Claims> claims(Instant deadline) {
        List<SignedCheckpoint> newest = new ArrayList<>(seen.get().stream().toList());
        return LogBeginning.read(database.client(), tables).compose(beginning -> tables.checkpoints()
                .latest(database.client())
                .compose(latest -> Future.all(
                                tables.checkpoints().firstFrom(database.client(), beginning.size(), tables.trusted()),
                                tables.log().head(database.client()))
                        .map(both -> {
                            latest.ifPresent(newest::add);
                            return new Claims(beginning, both.resultAt(0), newest, both.resultAt(1), deadline);
                        })));
    }

    private Future<LogWalk> walk(AuditTable.Window window, Claims claims) {
        long begins = claims.beginning().size();
        long head = claims.head().sequence();
        return window.from() == null && window.until() == null
                ? walk(window, claims, new AuditTable.Span(begins + 1, head))
                : tables.log().span(database.client(), window, begins, head).compose(found -> {
                    if (found.isEmpty() && window.until() != null) {
                        return tables.log()
                                .around(database.client(), window, begins, head)
                                .compose(span -> overNothing(claims, span));
                    }
                    // a range that is open at its end reaches to the head, whether or not the rows do
                    long last =
                            window.until() == null ? head : found.orElseThrow().last();
                    long first = window.from() == null
                            ? begins + 1
                            : found.map(AuditTable.Span::first).orElse(last + 1);
                    return walk(window, claims, new AuditTable.Span(first, last));
                });
    }

    /** There is nothing in the window if what comes before it is followed by what comes after. */
    private Future<LogWalk> overNothing(Claims claims, AuditTable.Span around) {
        return start(claims, around.first())
                .compose(walk -> {
                    walk.stopCounting();
                    return walkTo(walk, claims, around.last());
                })
                .compose(walk -> {
                    if (walk.broken() != null) {
                        return Future.succeededFuture(walk);
                    }
                    return around.last() == claims.head().sequence()
                            ? Future.succeededFuture(atHead(walk, claims))
                            : beyond(walk, claims);
                });
    }

    private Future<LogWalk> walk(AuditTable.Window window, Claims claims, AuditTable.Span span) {
        boolean reachesHead =
                window.until() == null || span.last() == claims.head().sequence();
        return start(claims, span.first())
                .compose(start -> walkTo(start, claims, span.last()))
                .compose(walk -> {
                    if (walk.broken() != null) {
                        return Future.succeededFuture(walk);
                    }
                    return reachesHead ? Future.succeededFuture(atHead(walk, claims)) : beyond(walk, claims);
                });
    }

    /**
     * At the event before, which would be in the window if somebody had moved it out. The tree is followed where the whole log
     * is; the chain alone ties a part of it to what was signed.
     */
    private Future<LogWalk> start(Claims claims, long first) {
        LogBeginning beginning = claims.beginning();
        long from = Math.max(first - 1, beginning.size() + 1);
        Future<LogWalk> before = from == beginning.size() + 1
                ? Future.succeededFuture(new LogWalk(from, beginning.hash(), beginning.tree()))
                : tables.log()
                        .hashes(database.client(), new Long[] {from - 1})
                        .map(found -> new LogWalk(from, found.getOrDefault(from - 1, HashChain.origin()), null));
        return before.map(walk -> {
            walk.countFrom(first);
            return walk;
        });
    }

    private LogWalk atHead(LogWalk walk, Claims claims) {
        if (claims.reachFurther() || !claims.head().hash().equals(walk.hash())) {
            walk.endsTooEarly();
        } else if (!claims.newest().stream().allMatch(tables.trusted()::vouchFor)) {
            walk.isNotAsSigned();
        }
        return walk;
    }

    /** On to what comes next, which proves that none is missing between, and to what was signed next. */
    private Future<LogWalk> beyond(LogWalk walk, Claims claims) {
        walk.stopCounting();
        long next = walk.next();
        return tables.checkpoints()
                .firstFrom(database.client(), next - 1, tables.trusted())
                .compose(seal -> {
                    long sealed =
                            seal.map(found -> found.checkpoint().treeSize()).orElse(next);
                    return walkTo(
                                    walk,
                                    claims,
                                    Math.min(
                                            Math.max(next, sealed),
                                            claims.head().sequence()))
                            .map(end -> {
                                if (end.broken() == null
                                        && !seal.map(tables.trusted()::vouchFor).orElse(true)) {
                                    end.isNotAsSigned();
                                }
                                return end;
                            });
                });
    }

    private Future<LogWalk> walkTo(LogWalk walk, Claims claims, long last) {
        return walk.broken() != null || walk.next() > last
                ? Future.succeededFuture(walk)
                : Rounds.untilLast(() -> pass(walk, claims, last)).map(walk);
    }

    /** One row more than there are places, so that of two that claim the same place both are seen. */
    private Future<Boolean> pass(LogWalk walk, Claims claims, long last) {
        if (!clock.instant().isBefore(claims.deadline())) {
            return Future.failedFuture(tooLong());
        }
        long from = walk.next();
        SqlClient client = database.client();
        long to = Math.min(last, from + BATCH - 1);
        return Future.all(
                        tables.log().chain(client, from, to, BATCH + 1),
                        tables.dropped().between(client, from, to),
                        tables.checkpoints().between(client, from, to))
                .compose(read -> {
                    List<SignedCheckpoint> sealed = new ArrayList<>(read.<List<SignedCheckpoint>>resultAt(2).stream()
                            .filter(signed -> tables.trusted().includes(signed.key()))
                            .toList());
                    // one a pass, because that holds up the event loop, and one speaks for all before
                    boolean holds =
                            sealed.isEmpty() || sealed.get(sealed.size() - 1).holds();
                    sealed.addAll(claims.newest());
                    boolean cannotBe =
                            !claims.beginning().isBoundary(); // retention has dropped nothing, or not by right
                    walk.pass(new LogWalk.Stretch(read.resultAt(0), cannotBe ? Map.of() : read.resultAt(1), sealed));
                    if (!holds && walk.broken() == null) {
                        walk.isNotAsSigned();
                    }
                    return walk.next() == from && walk.broken() == null ? overGap(walk) : Future.succeededFuture(walk);
                })
                .map(passed -> walk.broken() != null || walk.next() > last);
    }

    /** What comes after the gap, wherever it is, is where the log broke. */
    private Future<LogWalk> overGap(LogWalk walk) {
        return tables.log()
                .chain(database.client(), walk.next(), Long.MAX_VALUE, 1)
                .map(next -> {
                    if (next.isEmpty()) {
                        walk.endsTooEarly();
                    } else {
                        walk.pass(new LogWalk.Stretch(next, Map.of(), List.of()));
                    }
                    return walk;
                });
    }
}
