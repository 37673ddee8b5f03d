package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.credentials.VaultChoreTable.Chore;
import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps new secrets in Vault where there is one, else as hashes, and tells of each where it is. Never one for want of the
 * other: what cannot be kept in Vault is not kept.
 */
final class SecretKeeper {
    private final ServiceRuntime runtime;
    private final VaultChoreTable chores;
    private final HashedSecrets hashed;
    private final Optional<Vault> vault;

    SecretKeeper(ServiceRuntime runtime, VaultChoreTable chores, HashedSecrets hashed, Optional<Vault> vault) {
        this.runtime = runtime;
        this.chores = chores;
        this.hashed = hashed;
        this.vault = vault;
    }

    /** The first secret of a credential that is to be. */
    Future<Kept> keep(UUID agentId, UUID credentialId, String secret) {
        return vault.map(there -> there.keep(agentId, credentialId, secret)).orElseGet(() -> hash(secret));
    }

    /** One more secret of a credential that has one. */
    Future<Kept> keepNext(StoredCredential credential, String secret) {
        return vault.map(there -> there.keepNext(credential, secret)).orElseGet(() -> hash(secret));
    }

    /** For the transaction that makes a credential refer to the secret. Fails when that comes too late. */
    Future<Void> refer(SqlClient transaction, Kept kept) {
        return kept.chore() == null
                ? Future.succeededFuture()
                : chores.callOff(transaction, kept.chore())
                        .compose(inTime -> inTime
                                ? Future.succeededFuture()
                                : Future.failedFuture(new ServiceException(
                                        ErrorCode.SERVICE_UNAVAILABLE,
                                        "The secret took too long to store; try again")));
    }

    /** For the transaction that ends the credential. */
    Future<Void> end(SqlClient transaction, StoredCredential ended) {
        Future<Void> stored = Future.succeededFuture();
        List<String> paths = secrets(ended)
                .flatMap(secret -> Stream.of(secret.path(), VaultAddress.home(secret.path())))
                .distinct()
                .toList();
        for (String path : paths) {
            stored = stored.compose(before -> insert(transaction, ended, path, null, Duration.ZERO));
        }
        return stored;
    }

    /** For the transaction that replaces the credential's secret. */
    Future<Void> replace(SqlClient transaction, StoredCredential before, StoredCredential after) {
        Future<Void> stored = Future.succeededFuture();
        for (VaultedSecret old : secrets(before).toList()) {
            boolean overlaps = old.equals(after.previous()) && after.previousUntil() != null;
            Duration delay = overlaps ? Duration.between(now(), after.previousUntil()) : Duration.ZERO;
            stored = stored.compose(earlier -> insert(transaction, before, old.path(), old.version(), delay));
        }
        return stored;
    }

    /** What has been committed may mean work in Vault. */
    void wake() {
        vault.ifPresent(Vault::wake);
    }

    /**
     * Tells whether what was shown is the secret.
     *
     * @param clientId whose it is said to be
     * @param cheapOnly whether what is probably a guess is taken for one, rather than cost a slow hash
     */
    Future<Boolean> matches(UUID clientId, StoredSecret secret, ShownSecret shown, boolean cheapOnly) {
        if (secret instanceof HashedSecret hash) {
            return hashed.matches(clientId, hash, shown, cheapOnly);
        }
        return vault.map(there -> there.matches((VaultedSecret) secret, shown.text()))
                .orElseGet(() -> Future.failedFuture(new ServiceException(
                        ErrorCode.SERVICE_UNAVAILABLE, "The secret is in a Vault that is not configured")));
    }

    /** Whether it takes a slow hash or a question to Vault to tell. */
    boolean isCostly(StoredSecret secret) {
        return secret instanceof HashedSecret hash
                ? hashed.wantsSlowCheck(hash)
                : vault.stream().noneMatch(there -> there.knows((VaultedSecret) secret));
    }

    /** Whether the text is not this secret, so that no slow hash is needed to tell: of many, one at most is left. */
    boolean isPlainlyAnother(StoredSecret secret, String text) {
        return secret instanceof HashedSecret hash && hashed.isPlainlyAnother(hash, text);
    }

    /**
     * Secrets that nobody has, to be looked at when none of the real ones is right, so that time tells nothing.
     *
     * @param cheapOnly whether Vault is left alone
     */
    List<StoredSecret> decoys(UUID clientId, List<StoredSecret> real, boolean cheapOnly) {
        List<StoredSecret> decoys = new ArrayList<>();
        if (real.stream().noneMatch(HashedSecret.class::isInstance)) {
            decoys.add(hashed.decoy());
        }
        if (!cheapOnly) {
            vault.ifPresent(there -> decoys.add(there.decoy(clientId)));
        }
        return decoys;
    }

    private Future<Kept> hash(String secret) {
        return hashed.keep(secret).map(kept -> new Kept(kept, null));
    }

    private Future<Void> insert(
            SqlClient transaction,
            StoredCredential credential,
            String path,
            @Nullable Integer version,
            Duration delay) {
        Chore chore = new Chore(runtime.ids().get(), credential.credentialId(), path, version, 0);
        return chores.insert(transaction, chore, delay);
    }

    private static Stream<VaultedSecret> secrets(StoredCredential credential) {
        return Stream.concat(Stream.of(credential.secret()), Stream.ofNullable(credential.previous()))
                .filter(VaultedSecret.class::isInstance)
                .map(VaultedSecret.class::cast);
    }

    private Instant now() {
        return runtime.clock().instant();
    }
}
