package ai.sentryagent.idp.schema.credentials;

import static ai.sentryagent.idp.schema.Repeat.IDEMPOTENT;
import static ai.sentryagent.idp.schema.Repeat.ONCE;

import ai.sentryagent.idp.schema.Operation;
import ai.sentryagent.idp.schema.ServiceHealth;
import java.time.Duration;

/** What can be asked of credential-service. */
public final class CredentialOperations {
    private static final Duration READ = Duration.ofSeconds(5);

    /**
     * Longer than the 5 s for which a change waits until it is known everywhere, the question to agent-service and the one to
     * Vault.
     */
    private static final Duration CHANGE = Duration.ofSeconds(15);

    /** Fails with AGENT_NOT_FOUND, AGENT_NOT_ACTIVE, FORBIDDEN, CONFLICT. */
    public static final Operation<GenerateCredential, CredentialWithSecret> GENERATE =
            new Operation<>("credentials.generate", GenerateCredential.class, CredentialWithSecret.class, CHANGE, ONCE);

    /** Fails with AGENT_NOT_FOUND. */
    public static final Operation<ListCredentials, CredentialPage> LIST =
            new Operation<>("credentials.list", ListCredentials.class, CredentialPage.class, READ, IDEMPOTENT);

    /**
     * Fails with AGENT_NOT_FOUND, AGENT_NOT_ACTIVE, CREDENTIAL_NOT_FOUND, CREDENTIAL_ALREADY_REVOKED, FORBIDDEN, CONFLICT.
     */
    public static final Operation<RotateCredential, RotatedCredential> ROTATE =
            new Operation<>("credentials.rotate", RotateCredential.class, RotatedCredential.class, CHANGE, ONCE);

    /** Fails with AGENT_NOT_FOUND, CREDENTIAL_NOT_FOUND, CREDENTIAL_ALREADY_REVOKED. */
    public static final Operation<RevokeCredential, RevokedCredential> REVOKE =
            new Operation<>("credentials.revoke", RevokeCredential.class, RevokedCredential.class, CHANGE, ONCE);

    /** Fails with INVALID_CLIENT, UNAUTHORIZED_CLIENT, RATE_LIMIT_EXCEEDED. A failure is audited as auth.failed. */
    public static final Operation<AuthenticateClient, Client> AUTHENTICATE =
            new Operation<>("credentials.authenticate", AuthenticateClient.class, Client.class, READ, ONCE);

    /** Answered by one instance of credential-service, about its own connections. */
    public static final Operation<ServiceHealth.Question, ServiceHealth> HEALTH = new Operation<>(
            "credentials.health", ServiceHealth.Question.class, ServiceHealth.class, Duration.ofSeconds(2), IDEMPOTENT);

    private CredentialOperations() {}
}
