package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.credentials.VaultChoreTable.Chore;
import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.postgres.Database;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does in Vault what Postgres says is over. Each chore is a row from the transaction that made it due, and stays one until
 * it has been done, by whichever instance: it survives a restart and an outage, and doing it twice does no harm.
 */
final class VaultChores {
    private static final Logger LOG = LoggerFactory.getLogger(VaultChores.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration TRY_AGAIN_AFTER = Duration.ofSeconds(3);
    private static final Duration LATE_AFTER = Duration.ofSeconds(5);
    private static final int AT_ONCE = 20;

    private final ServiceRuntime runtime;
    private final Database database;
    private final Tables tables;
    private final VaultLink link;
    private boolean underWay;
    private boolean again;
    private boolean closed;

    VaultChores(ServiceRuntime runtime, Database database, Tables tables, VaultLink link) {
        this.runtime = runtime;
        this.database = database;
        this.tables = tables;
        this.link = link;
    }

    void start() {
        runtime.vertx().setTimer(LOOK_EVERY.toMillis(), over -> {
            if (!closed) {
                look();
                start();
            }
        });
    }

    void close() {
        closed = true;
    }

    /** There may be something to do. */
    void look() {
        again = underWay;
        if (underWay) {
            return;
        }
        underWay = true;
        Instant now = runtime.clock().instant();
        // instances that failed together shall not come back together
        Instant next = now.plusMillis(
                (long) (TRY_AGAIN_AFTER.toMillis() * (0.5 + runtime.random().nextDouble())));
        tables.chores()
                .take(database.client(), now, next, AT_ONCE)
                .compose(chores ->
                        Future.join(chores.stream().map(this::attempt).toList()).map(chores.size() == AT_ONCE))
                .onComplete(done -> {
                    underWay = false;
                    if (done.succeeded() && (again || done.result())) {
                        look();
                    }
                });
    }

    /** How many chores should have been done before. */
    Future<Long> late() {
        return tables.chores()
                .overdue(database.client(), runtime.clock().instant().minus(LATE_AFTER));
    }

    private Future<Void> attempt(Chore chore) {
        return Future.succeededFuture()
                .compose(begin -> perform(chore))
                .compose(gone -> tables.chores().done(database.client(), chore.choreId()))
                .onSuccess(done -> {
                    if (chore.tries() > 1) {
                        LOG.atInfo()
                                .addKeyValue("credentialId", chore.credentialId())
                                .addKeyValue("tries", chore.tries())
                                .log("A secret was destroyed in Vault, late");
                    }
                })
                .onFailure(failure -> LOG.atWarn()
                        .addKeyValue("credentialId", chore.credentialId())
                        .addKeyValue("tries", chore.tries())
                        .addKeyValue("cause", failure.getMessage())
                        .log("A secret is still to be destroyed in Vault"));
    }

    private Future<Void> perform(Chore chore) {
        return chore.version() != null
                ? link.destroy(chore.path(), List.of(chore.version()))
                : tables.credentials()
                        .find(database.client(), chore.credentialId())
                        .compose(found -> destroyWhatNobodyRefersTo(chore, referredTo(found, chore.path())));
    }

    private Future<Void> destroyWhatNobodyRefersTo(Chore chore, Set<Integer> referredTo) {
        if (referredTo.isEmpty()) {
            return link.forget(chore.path());
        }
        return tables.chores()
                .isOtherUnderWay(database.client(), chore)
                .compose(busy -> busy
                        ? Future.failedFuture("another change of the credential is under way")
                        : link.versions(chore.path())
                                .compose(versions -> link.destroy(
                                        chore.path(),
                                        versions.stream()
                                                .filter(version -> !referredTo.contains(version))
                                                .toList())));
    }

    private Set<Integer> referredTo(Optional<StoredCredential> credential, String path) {
        Instant now = runtime.clock().instant();
        return credential.stream()
                .flatMap(stored -> Stream.concat(
                        Stream.of(stored.secret()),
                        stored.isPreviousAccepted(now) ? Stream.ofNullable(stored.previous()) : Stream.empty()))
                .filter(secret ->
                        secret instanceof VaultedSecret here && here.path().equals(path) && !here.ended())
                .map(secret -> ((VaultedSecret) secret).version())
                .collect(Collectors.toSet());
    }
}
