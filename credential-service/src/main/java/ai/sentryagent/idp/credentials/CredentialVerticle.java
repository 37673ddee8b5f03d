package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.ServiceVerticle;
import ai.sentryagent.idp.runtime.config.SecretText;
import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.Subscriber;
import ai.sentryagent.idp.schema.credentials.CredentialOperations;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Binds credential-service's work to the bus. */
final class CredentialVerticle extends ServiceVerticle {
    private final CredentialConfig config;
    private @Nullable SlowHash slow;

    CredentialVerticle(CredentialConfig config, ServiceRuntime runtime) {
        super(runtime, "credentials", config.database());
        this.config = config;
    }

    @Override
    protected Future<?> bind(Store store) {
        SlowHash hash = new SlowHash(vertx, runtime.random());
        slow = hash;
        SecretVault vault =
                new SecretVault(hash, config.pepper().map(SecretText::value).map(Pepper::of), runtime.random());
        return vault.keep(ClientSecret.generate(runtime.random())).compose(decoy -> bind(store, vault, decoy));
    }

    private Future<?> bind(Store store, SecretVault vault, StoredSecret decoy) {
        Bus bus = store.bus();
        Tables tables = new Tables(new ClientTable(), new CredentialTable());
        CredentialLifecycle lifecycle =
                new CredentialLifecycle(runtime, store.outbox(), tables, vault, new TakeOverGuard(bus));
        CredentialSearch search = new CredentialSearch(store.database(), runtime.clock(), tables);
        SecretCheck check = new SecretCheck(store.database(), tables.credentials(), vault, decoy);
        ClientAuthenticator authenticator =
                new ClientAuthenticator(runtime, store.database(), store.outbox(), tables, check);
        ClientCopy copy = new ClientCopy(store.outbox(), tables, vault, config.bootstrapSecret());
        return Future.all(List.of(
                Subscriber.CREDENTIALS.serve(bus, copy.handlers()),
                CredentialOperations.GENERATE.serve(bus, lifecycle::generate),
                CredentialOperations.LIST.serve(bus, search::list),
                CredentialOperations.ROTATE.serve(bus, lifecycle::rotate),
                CredentialOperations.REVOKE.serve(bus, lifecycle::revoke),
                CredentialOperations.AUTHENTICATE.serve(bus, authenticator::authenticate),
                CredentialOperations.HEALTH.serve(bus, store::health)));
    }

    @Override
    protected Future<?> release() {
        return slow == null ? Future.succeededFuture() : slow.close();
    }
}
