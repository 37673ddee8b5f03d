package ai.sentryagent.idp.schema.tokens;

import static ai.sentryagent.idp.schema.Repeat.IDEMPOTENT;
import static ai.sentryagent.idp.schema.Repeat.ONCE;

import ai.sentryagent.idp.schema.Operation;
import ai.sentryagent.idp.schema.ServiceHealth;
import java.time.Duration;

/** What can be asked of token-service. */
public final class TokenOperations {
    private static final Duration USUAL = Duration.ofSeconds(5);

    /** Longer than the 5 s for which a change that must be felt everywhere is waited for. */
    private static final Duration FELT_EVERYWHERE = Duration.ofSeconds(10);

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

    /** Every signing key, and where it stands. */
    public static final Operation<Ring.Question, Ring> RING =
            new Operation<>("tokens.ring", Ring.Question.class, Ring.class, USUAL, IDEMPOTENT);

    /**
     * Makes the next signing key. Fails with CONFLICT. In an emergency it waits until the tokens of the old keys are dead
     * everywhere.
     */
    public static final Operation<RotateKey, RingChange> ROTATE_KEY =
            new Operation<>("tokens.rotateKey", RotateKey.class, RingChange.class, FELT_EVERYWHERE, ONCE);

    /** Ends a signing key and its tokens. Fails with NOT_FOUND, CONFLICT. */
    public static final Operation<WithdrawKey, RingChange> WITHDRAW_KEY =
            new Operation<>("tokens.withdrawKey", WithdrawKey.class, RingChange.class, FELT_EVERYWHERE, ONCE);

    /** Answered by one instance of token-service, about its own connections and its copy of the revocation marks. */
    public static final Operation<ServiceHealth.Question, ServiceHealth> HEALTH = new Operation<>(
            "tokens.health", ServiceHealth.Question.class, ServiceHealth.class, Duration.ofSeconds(2), IDEMPOTENT);

    private TokenOperations() {}
}
