package ai.sentryagent.idp.schema.tokens;

import io.vertx.core.buffer.Buffer;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What decides whether a token has been revoked: its own id, under which epochs it was issued, and which key has signed it.
 *
 * @param kid the key's RFC 7638 thumbprint; null from an asker that does not know of withdrawn keys yet
 */
public record Marks(
        UUID tokenId, UUID agentId, long agentEpoch, UUID credentialId, long credentialEpoch, @Nullable String kid) {

    /** What the mark of this token's key is known by. */
    public UUID keyId() {
        return kid == null ? new UUID(0, 0) : keyId(kid);
    }

    /** What the mark of a key is known by: the first half of its thumbprint, as marks are known by 128 bits. */
    public static UUID keyId(String kid) {
        Buffer thumbprint = Buffer.buffer(Base64.getUrlDecoder().decode(kid));
        return new UUID(thumbprint.getLong(0), thumbprint.getLong(Long.BYTES));
    }
}
