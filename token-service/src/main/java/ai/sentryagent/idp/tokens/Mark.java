package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.runtime.redis.RevocationKeys;
import ai.sentryagent.idp.schema.Worded;
import java.time.Instant;
import java.util.UUID;

/**
 * What makes tokens dead.
 *
 * @param epoch tokens of a lower epoch of this agent or credential are dead; 1 for the mark of one token or of a key
 * @param expiresAt when the last token that it can concern has expired
 */
record Mark(Kind kind, UUID id, long epoch, Instant expiresAt) {
    enum Kind implements Worded {
        AGENT,
        CREDENTIAL,
        TOKEN,
        KEY
    }

    String redisKey() {
        return switch (kind) {
            case AGENT -> RevocationKeys.agent(id);
            case CREDENTIAL -> RevocationKeys.credential(id);
            case TOKEN -> RevocationKeys.token(id);
            case KEY -> RevocationKeys.key(id);
        };
    }
}
