package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.credentials.VaultChoreTable.Chore;
import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.VaultStanding;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps secrets in Vault, and says whether a text is one of them. */
final class Vault {
    private static final Logger LOG = LoggerFactory.getLogger(Vault.class);

    /** Much longer than it can take from the writing of a secret to the credential that refers to it. */
    private static final Duration GIVEN_UP_AFTER = Duration.ofMinutes(1);

    /** Together with the database, less than the question of health may take. */
    private static final Duration PING_WITHIN = Duration.ofMillis(700);

    private final ServiceRuntime runtime;
    private final Database database;
    private final VaultAddress address;
    private final Tables tables;
    private final VaultLink link;
    private final VaultToken token;
    private final VaultMemory memory;
    private final VaultChores chores;

    private Vault(ServiceRuntime runtime, Database database, VaultAddress address, Tables tables) {
        this.runtime = runtime;
        this.database = database;
        this.address = address;
        this.tables = tables;
        this.link = new VaultLink(runtime, address);
        this.token = new VaultToken(runtime, link);
        this.memory = new VaultMemory(runtime, link);
        this.chores = new VaultChores(runtime, database, tables, link);
    }

    /** Completes when Vault has taken the token; empty when none is named. */
    static Future<Optional<Vault>> open(
            ServiceRuntime runtime, Database database, Tables tables, Optional<VaultAddress> address) {
        if (address.isEmpty()) {
            return tables.credentials().countInVault(database.client()).map(count -> {
                if (count > 0) {
                    LOG.atWarn()
                            .addKeyValue("credentials", count)
                            .log("VAULT_ADDR is not set, and there are credentials whose secrets are in Vault");
                }
                return Optional.empty();
            });
        }
        Vault vault = new Vault(runtime, database, address.get(), tables);
        return vault.token
                .check(address.get())
                .onFailure(refused -> vault.close())
                .map(checked -> {
                    vault.chores.start();
                    return Optional.of(vault);
                });
    }

    Future<Kept> keep(UUID agentId, UUID credentialId, String secret) {
        return keepAfter(0, agentId, credentialId, secret);
    }

    Future<Kept> keepNext(StoredCredential credential, String secret) {
        String home = address.path(credential.clientId(), credential.credentialId());
        int latest = credential.secret() instanceof VaultedSecret there
                        && there.path().equals(home)
                ? there.version()
                : 0;
        return keepAfter(latest, credential.clientId(), credential.credentialId(), secret);
    }

    /**
     * Writes the version that comes next. Vault keeps so many of a path, whether anybody refers to them or not: where one
     * has come that the credential does not refer to, the secret goes apart, so that nothing that lives is pushed out.
     */
    private Future<Kept> keepAfter(int latest, UUID agentId, UUID credentialId, String secret) {
        String home = address.path(agentId, credentialId);
        JsonObject data = new JsonObject().put("clientId", agentId.toString()).put(VaultMemory.SECRET, secret);
        return write(credentialId, home, latest, data)
                .compose(kept -> kept.isPresent()
                        ? Future.succeededFuture(kept)
                        : write(
                                credentialId,
                                VaultAddress.apart(home, runtime.ids().get()),
                                0,
                                data))
                .map(kept -> {
                    Kept written = kept.orElseThrow(() -> new IllegalStateException("Somebody has written there"));
                    memory.remember((VaultedSecret) written.secret(), secret);
                    return written;
                });
    }

    /**
     * The chore that would destroy it is stored before, so that nothing stays in Vault that no credential came to refer to,
     * whatever happens on the way. Empty when another version has come already.
     */
    private Future<Optional<Kept>> write(UUID credentialId, String path, int latest, JsonObject data) {
        UUID choreId = runtime.ids().get();
        return tables.chores()
                .insert(database.client(), new Chore(choreId, credentialId, path, null, 0), GIVEN_UP_AFTER)
                .compose(stored -> link.write(path, latest, data))
                .compose(version -> version.isPresent()
                        ? Future.succeededFuture(
                                Optional.of(new Kept(new VaultedSecret(path, version.get(), false), choreId)))
                        : tables.chores().done(database.client(), choreId).map(Optional.empty()));
    }

    Future<Boolean> matches(VaultedSecret secret, String text) {
        return memory.matches(secret, text);
    }

    boolean knows(VaultedSecret secret) {
        return memory.knows(secret);
    }

    /** Where a secret of this client would be, if it had one. */
    VaultedSecret decoy(UUID clientId) {
        return new VaultedSecret(address.path(clientId, new UUID(0, 0)), 1, false);
    }

    /** There may be something to destroy. */
    void wake() {
        chores.look();
    }

    Future<VaultStanding> standing() {
        Future<Long> late = chores.late()
                .timeout(PING_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .otherwise(0L);
        return Future.all(link.answers(PING_WITHIN), late)
                .map(both -> new VaultStanding(both.resultAt(0), both.resultAt(1)));
    }

    Future<Void> close() {
        token.close();
        chores.close();
        return link.close();
    }
}
