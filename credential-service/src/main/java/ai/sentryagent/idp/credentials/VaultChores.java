package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.credentials.VaultChoreTable.Chore;
import ai.sentryagent.idp.runtime.Pauses;
import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.credentials.CredentialStatus;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
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
        tables.chores()
                .take(database.client(), Pauses.jittered(runtime.random(), TRY_AGAIN_AFTER), AT_ONCE)
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
        return tables.chores().overdue(database.client(), LATE_AFTER);
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
        if (chore.version() == null) {
            return link.versions(chore.path()).compose(versions -> destroyWhatNobodyRefersTo(chore, versions));
        }
        return VaultAddress.isApart(chore.path())
                ? link.forget(chore.path())
                : link.destroy(chore.path(), List.of(chore.version()));
    }

    /**
     * The order matters. A version that was there when Vault was asked belongs to a change that is under way, or has been
     * referred to by now, or never will be; one that came later is not touched.
     */
    private Future<Void> destroyWhatNobodyRefersTo(Chore chore, List<Integer> versions) {
        return tables.chores().isOtherUnderWay(database.client(), chore).compose(busy -> tables.credentials()
                .find(database.client(), chore.credentialId())
                .compose(found -> {
                    if (found.isPresent() && isOver(found.get())) {
                        return link.forget(chore.path()); // for ever: nothing under way can succeed
                    }
                    if (busy) {
                        return Future.failedFuture("another change of the credential is under way");
                    }
                    if (found.isEmpty()) {
                        return link.forget(chore.path());
                    }
                    List<Integer> unreferred = unreferred(versions, found.get(), chore.path());
                    return VaultAddress.isApart(chore.path()) && unreferred.equals(versions)
                            ? link.forget(chore.path())
                            : link.destroy(chore.path(), unreferred);
                }));
    }

    private boolean isOver(StoredCredential credential) {
        return credential.status(runtime.clock().instant()) != CredentialStatus.ACTIVE;
    }

    /** An overlap that is over counts as well: what ends with it has a chore of its own. */
    private static List<Integer> unreferred(List<Integer> versions, StoredCredential credential, String path) {
        Set<Integer> referredTo = Stream.concat(
                        Stream.of(credential.secret()), Stream.ofNullable(credential.previous()))
                .filter(VaultedSecret.class::isInstance)
                .map(VaultedSecret.class::cast)
                .filter(secret -> secret.path().equals(path))
                .map(VaultedSecret::version)
                .collect(Collectors.toSet());
        return versions.stream()
                .filter(version -> !referredTo.contains(version))
                .toList();
    }
}
