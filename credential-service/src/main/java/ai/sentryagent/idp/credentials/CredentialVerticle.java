package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.ServiceVerticle;
import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.Subscriber;
import ai.sentryagent.idp.schema.credentials.CredentialOperations;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Binds credential-service's work to the bus. */
final class CredentialVerticle extends ServiceVerticle {
    private final CredentialConfig config;
    private @Nullable SlowHash slow;
    private @Nullable Vault vault;

    CredentialVerticle(CredentialConfig config, ServiceRuntime runtime) {
        super(runtime, "credentials", config.database());
        this.config = config;
    }

    @Override
    protected Future<?> bind(Store store) {
        Tables tables = new Tables(new ClientTable(), new CredentialTable(), new VaultChoreTable());
        SlowHash hash = new SlowHash(vertx, runtime.random());
        slow = hash;
        return Vault.open(runtime, store.database(), tables, config.vault())
                .onSuccess(opened -> vault = opened.orElse(null))
                .compose(opened -> HashedSecrets.open(hash, config.pepper(), config.bootstrapSecret(), runtime.random())
                        .compose(hashed -> bind(store, tables, hashed, opened)));
    }

    private Future<?> bind(Store store, Tables tables, HashedSecrets hashed, Optional<Vault> opened) {
        Bus bus = store.bus();
        SecretKeeper keeper = new SecretKeeper(runtime, tables.chores(), hashed, opened);
        SecretCheck check = new SecretCheck(store.database(), tables.credentials(), keeper, hashed);
        CredentialHealth health = new CredentialHealth(store, opened);
        TakeOverGuard guard = new TakeOverGuard(bus, tables.clients());
        CredentialLifecycle lifecycle = new CredentialLifecycle(runtime, store.outbox(), tables, keeper, guard);
        CredentialSearch search = new CredentialSearch(store.database(), runtime.clock(), tables);
        ClientAuthenticator authenticator =
                new ClientAuthenticator(runtime, store.database(), store.outbox(), tables, check);
        ClientCopy copy = new ClientCopy(store.outbox(), tables, keeper, config.bootstrapSecret());
        return Future.all(List.of(
                Subscriber.CREDENTIALS.serve(bus, copy.handlers()),
                CredentialOperations.GENERATE.serve(bus, lifecycle::generate),
                CredentialOperations.LIST.serve(bus, search::list),
                CredentialOperations.ROTATE.serve(bus, lifecycle::rotate),
                CredentialOperations.REVOKE.serve(bus, lifecycle::revoke),
                CredentialOperations.AUTHENTICATE.serve(bus, authenticator::authenticate),
                CredentialOperations.HEALTH.serve(bus, health::answer)));
    }

    @Override
    protected Future<?> release() {
        Future<?> closed = slow == null ? Future.succeededFuture() : slow.close();
        return closed.eventually(() -> vault == null ? Future.succeededFuture() : vault.close());
    }
}
