package ai.sentryagent.idp.runtime.token;

import ai.sentryagent.idp.runtime.config.TokenConfig;
import ai.sentryagent.idp.runtime.token.VerifiedTokens.VerifiedToken;
import ai.sentryagent.idp.schema.CanonicalUuid;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a text is an access token of ours that has not expired (RFC 9068 §4, RFC 8725 §3). The header is only
 * asked which of our own keys to use: neither it nor the token brings a key or an algorithm along. Says nothing about
 * revocation. Belongs to one event loop.
 */
public final class AccessTokenVerifier {
    /** An agent with as many and as long capabilities as it may have gets tokens of 18 KiB. */
    private static final int LONGEST = 24 * 1024;

    private final KeySet keys;
    private final TokenConfig config;
    private final Clock clock;
    private final VerifiedTokens verified = new VerifiedTokens();

    public AccessTokenVerifier(KeySet keys, TokenConfig config, Clock clock) {
        this.keys = keys;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Empty for anything that is not a valid token, whatever the reason: the presenter is not told. Fails only when the
     * keys cannot be had.
     */
    public Future<Optional<AccessToken>> verify(String token) {
        if (token.length() > LONGEST || !token.strip().equals(token)) { // white space would be another spelling
            return Future.succeededFuture(Optional.empty());
        }
        ByteBuffer digest = verified.digest(token);
        VerifiedToken known = verified.get(digest);
        return known == null ? verify(token, digest) : verifyAgain(token, digest, known);
    }

    /** Of what is known of a token, time and the keys that are published can change. */
    private Future<Optional<AccessToken>> verifyAgain(String token, ByteBuffer digest, VerifiedToken known) {
        if (!clock.instant().isBefore(known.token().expiresAt())) {
            verified.forget(digest);
            return Future.succeededFuture(Optional.empty());
        }
        return keys.find(known.token().kid(), known.algorithm()).compose(key -> {
            if (key.isPresent() && key.get() == known.key()) {
                return Future.succeededFuture(Optional.of(known.token()));
            }
            verified.forget(digest);
            return key.isEmpty() ? Future.succeededFuture(Optional.empty()) : verify(token, digest);
        });
    }

    private Future<Optional<AccessToken>> verify(String token, ByteBuffer digest) {
        SignedJWT jwt = parse(token);
        if (jwt == null || !hasOurHeader(jwt.getHeader()) || !isCanonical(jwt.getSignature())) {
            return Future.succeededFuture(Optional.empty());
        }
        JWSAlgorithm algorithm = jwt.getHeader().getAlgorithm();
        return keys.find(jwt.getHeader().getKeyID(), algorithm)
                .map(key -> key.flatMap(verifier -> {
                    Optional<AccessToken> read = verify(jwt, verifier);
                    read.ifPresent(good -> verified.put(digest, new VerifiedToken(good, algorithm, verifier)));
                    return read;
                }));
    }

    private static @Nullable SignedJWT parse(String token) {
        try {
            return SignedJWT.parse(token);
        } catch (ParseException | IllegalArgumentException e) {
            return null;
        }
    }

    /** We understand no extension, so that whatever is critical, be it an empty list, ends it (RFC 7515 §4.1.11). */
    private static boolean hasOurHeader(JWSHeader header) {
        return (Claims.TYPE.equals(header.getType()) || Claims.TYPE_IN_FULL.equals(header.getType()))
                && header.getKeyID() != null
                && header.getCriticalParams() == null;
    }

    /** Nothing signs how the signature is written, and the decoder passes over what is no base64url (RFC 7515 §2). */
    private static boolean isCanonical(Base64URL signature) {
        return Base64URL.encode(signature.decode()).equals(signature);
    }

    private Optional<AccessToken> verify(SignedJWT jwt, JWSVerifier key) {
        try {
            return jwt.verify(key)
                    ? Optional.ofNullable(read(jwt.getHeader().getKeyID(), jwt.getJWTClaimsSet()))
                    : Optional.empty();
        } catch (JOSEException | ParseException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private @Nullable AccessToken read(String kid, JWTClaimsSet claims) throws ParseException {
        Instant now = clock.instant();
        boolean ours = config.issuer().equals(claims.getIssuer())
                && List.of(config.audience()).equals(claims.getAudience())
                && claims.getExpirationTime() != null
                && now.isBefore(claims.getExpirationTime().toInstant())
                && (claims.getNotBeforeTime() == null
                        || !now.isBefore(claims.getNotBeforeTime().toInstant()))
                && claims.getIssueTime() != null
                && claims.getSubject() != null
                && claims.getSubject().equals(claims.getStringClaim(Claims.CLIENT_ID))
                && claims.getLongClaim(Claims.AGENT_EPOCH) != null
                && claims.getLongClaim(Claims.CREDENTIAL_EPOCH) != null;
        return ours
                ? new AccessToken(
                        id(claims.getJWTID()),
                        id(claims.getSubject()),
                        claims.getIssuer(),
                        config.audience(),
                        claims.getIssueTime().toInstant(),
                        claims.getExpirationTime().toInstant(),
                        text(claims.getStringClaim(Claims.SCOPE)),
                        id(claims.getStringClaim(Claims.CREDENTIAL)),
                        claims.getLongClaim(Claims.AGENT_EPOCH),
                        claims.getLongClaim(Claims.CREDENTIAL_EPOCH),
                        text(claims.getStringClaim(Claims.AGENT_TYPE)),
                        text(claims.getStringClaim(Claims.DEPLOYMENT_ENV)),
                        kid)
                : null;
    }

    /** In the one spelling that this server writes. */
    private static UUID id(@Nullable String claim) {
        return CanonicalUuid.parse(text(claim))
                .filter(id -> id.toString().equals(claim))
                .orElseThrow(() -> new IllegalArgumentException("A claim is no UUID"));
    }

    private static String text(@Nullable String claim) {
        if (claim == null) {
            throw new IllegalArgumentException("A claim is missing");
        }
        return claim;
    }
}
