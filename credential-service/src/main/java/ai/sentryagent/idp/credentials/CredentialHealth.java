package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.runtime.ServiceVerticle;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.ServiceHealth;
import io.vertx.core.Future;
import java.util.Optional;

/** How this service stands with its database and, where there is one, with Vault. */
final class CredentialHealth {
    private final ServiceVerticle.Store store;
    private final Optional<Vault> vault;

    CredentialHealth(ServiceVerticle.Store store, Optional<Vault> vault) {
        this.store = store;
        this.vault = vault;
    }

    Future<ServiceHealth> answer(Caller caller, ServiceHealth.Question question) {
        Future<ServiceHealth> own = store.health(caller, question);
        return vault.map(there -> Future.all(own, there.standing())
                        .map(both -> own.result().with(both.resultAt(1))))
                .orElse(own);
    }
}
