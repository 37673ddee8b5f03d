package ai.sentryagent.idp.schema.credentials;

import static ai.sentryagent.idp.schema.Subscriber.AUDIT;
import static ai.sentryagent.idp.schema.Subscriber.TOKENS;

import ai.sentryagent.idp.schema.Event;
import java.util.Set;

/** What credential-service tells. */
public final class CredentialEvents {
    public static final Event<CredentialChange> GENERATED =
            new Event<>("credential.generated", CredentialChange.class, Set.of(AUDIT));

    public static final Event<CredentialChange> ROTATED =
            new Event<>("credential.rotated", CredentialChange.class, Set.of(AUDIT, TOKENS));

    public static final Event<CredentialChange> REVOKED =
            new Event<>("credential.revoked", CredentialChange.class, Set.of(AUDIT, TOKENS));

    public static final Event<FailedAuthentication> AUTHENTICATION_FAILED =
            new Event<>("auth.failed", FailedAuthentication.class, Set.of(AUDIT));

    private CredentialEvents() {}
}
