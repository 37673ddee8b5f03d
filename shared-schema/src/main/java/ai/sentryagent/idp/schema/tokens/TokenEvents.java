package ai.sentryagent.idp.schema.tokens;

import static ai.sentryagent.idp.schema.Subscriber.AUDIT;
import static ai.sentryagent.idp.schema.Subscriber.TOKENS;

import ai.sentryagent.idp.schema.Event;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What token-service tells. */
public final class TokenEvents {
    /** Durable before the token leaves. */
    public static final Event<TokenFact> ISSUED = new Event<>("token.issued", TokenFact.class, Set.of(AUDIT));

    /** A token was revoked by itself. Those that die with their credential or agent are not told one by one. */
    public static final Event<TokenFact> REVOKED = new Event<>("token.revoked", TokenFact.class, Set.of(AUDIT, TOKENS));

    /** Somebody has asked what a token is worth. */
    public static final Event<IntrospectedToken> INTROSPECTED =
            new Event<>("token.introspected", IntrospectedToken.class, Set.of(AUDIT));

    /** A signing key takes over from another, or one was ended at once. */
    public static final Event<KeyRotated> KEY_ROTATED =
            new Event<>("key.rotated", KeyRotated.class, Set.of(AUDIT, TOKENS));

    /**
     * Which keys, by their RFC 7638 thumbprints.
     *
     * @param kid the key that is new; null where one was only withdrawn
     * @param withdrawn those whose tokens are dead from now on
     */
    public record KeyRotated(@Nullable String kid, List<String> withdrawn) {}

    private TokenEvents() {}
}
