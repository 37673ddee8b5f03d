package ai.sentryagent.idp.schema.credentials;

import static ai.sentryagent.idp.schema.Subscriber.AUDIT;
import static ai.sentryagent.idp.schema.Subscriber.TOKENS;

import ai.sentryagent.idp.schema.Event;
import java.util.Set;

/** What credential-service tells. */
public final class CredentialEvents {
    /** An agent has a new credential. */
    public static final Event<CredentialChange> GENERATED =
            new Event<>("credential.generated", CredentialChange.class, Set.of(AUDIT));

    /** A new secret; tokens died only if {@link CredentialChange#revokeTokens} says so. */
    public static final Event<CredentialChange> ROTATED =
            new Event<>("credential.rotated", CredentialChange.class, Set.of(AUDIT, TOKENS));

    /** The end of a credential and of the tokens issued through it, asked for or because its agent is decommissioned. */
    public static final Event<CredentialChange> REVOKED =
            new Event<>("credential.revoked", CredentialChange.class, Set.of(AUDIT, TOKENS));

    /** Somebody claimed to be a client and could not show it; the outcome is failure. */
    public static final Event<FailedAuthentication> AUTHENTICATION_FAILED =
            new Event<>("auth.failed", FailedAuthentication.class, Set.of(AUDIT));

    private CredentialEvents() {}
}
