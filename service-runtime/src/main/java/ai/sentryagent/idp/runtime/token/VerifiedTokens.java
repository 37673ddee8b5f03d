package ai.sentryagent.idp.runtime.token;

import ai.sentryagent.idp.runtime.BoundedMap;
import ai.sentryagent.idp.runtime.Sha256;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What tokens said whose signatures were good, so that the next request with one of them needs no second look at it. Holds
 * those that were used last, by their SHA-256: not the tokens themselves, with which somebody could call. Belongs to one
 * event loop.
 */
final class VerifiedTokens {
    /** Each takes less than a kilobyte, so that those of an event loop take a dozen megabytes. */
    private static final int MOST = 12_000;

    /** An agent may have a scope of 18 KiB, and many tokens; those are verified each time. */
    private static final int LONGEST_SCOPE = 512;

    private final MessageDigest digest = Sha256.digest();
    private final Map<ByteBuffer, VerifiedToken> byDigest = new BoundedMap<>(MOST);

    /**
     * What a good signature was found under.
     *
     * @param key that it was verified with
     */
    record VerifiedToken(AccessToken token, JWSAlgorithm algorithm, JWSVerifier key) {}

    /** What a token is known by here. */
    ByteBuffer digest(String token) {
        return ByteBuffer.wrap(digest.digest(token.getBytes(StandardCharsets.UTF_8)));
    }

    @Nullable VerifiedToken get(ByteBuffer digest) {
        return byDigest.get(digest);
    }

    void put(ByteBuffer digest, VerifiedToken verified) {
        if (verified.token().scope().length() <= LONGEST_SCOPE) {
            byDigest.put(digest, verified);
        }
    }

    void forget(ByteBuffer digest) {
        byDigest.remove(digest);
    }
}
