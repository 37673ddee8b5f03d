package ai.sentryagent.idp.schema.tokens;

import static ai.sentryagent.idp.schema.Repeat.IDEMPOTENT;
import static ai.sentryagent.idp.schema.Repeat.ONCE;

import ai.sentryagent.idp.schema.Operation;
import ai.sentryagent.idp.schema.ServiceHealth;
import java.time.Duration;

/** What can be asked of token-service. */
public final class TokenOperations {
    private static final Duration USUAL = Duration.ofSeconds(5);

    /** RFC 6749 §4.4. Fails with INVALID_SCOPE, FREE_TIER_LIMIT_EXCEEDED. */
    public static final Operation<IssueToken, IssuedToken> ISSUE =
            new Operation<>("tokens.issue", IssueToken.class, IssuedToken.class, USUAL, ONCE);

    /** RFC 7662. What the asker may not see is answered like what is not a live token. */
    public static final Operation<PresentedToken, Introspection> INTROSPECT =
            new Operation<>("tokens.introspect", PresentedToken.class, Introspection.class, USUAL, ONCE);

    /** RFC 7009. Fails with FORBIDDEN, SERVICE_UNAVAILABLE. The latter also when the token is not dead everywhere yet. */
    public static final Operation<PresentedToken, Revoked> REVOKE =
            new Operation<>("tokens.revoke", PresentedToken.class, Revoked.class, USUAL, IDEMPOTENT);

    /** The truth about revocation, for whoever cannot trust Redis at the moment. */
    public static final Operation<Marks, Standing> STANDING =
            new Operation<>("tokens.standing", Marks.class, Standing.class, USUAL, IDEMPOTENT);

    /** The public keys. */
    public static final Operation<Jwks.Question, Jwks> KEYS =
            new Operation<>("tokens.keys", Jwks.Question.class, Jwks.class, USUAL, IDEMPOTENT);

    /** Answered by one instance of token-service, about its own connections and its copy of the revocation marks. */
    public static final Operation<ServiceHealth.Question, ServiceHealth> HEALTH = new Operation<>(
            "tokens.health", ServiceHealth.Question.class, ServiceHealth.class, Duration.ofSeconds(2), IDEMPOTENT);

    private TokenOperations() {}
}
