package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.runtime.outbox.Outbox;
import ai.sentryagent.idp.runtime.token.AccessToken;
import ai.sentryagent.idp.runtime.token.AccessTokenVerifier;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.Outcome;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.agents.ManagementScopes;
import ai.sentryagent.idp.schema.tokens.IntrospectedToken;
import ai.sentryagent.idp.schema.tokens.Introspection;
import ai.sentryagent.idp.schema.tokens.PresentedToken;
import ai.sentryagent.idp.schema.tokens.Revoked;
import ai.sentryagent.idp.schema.tokens.TokenEvents;
import ai.sentryagent.idp.schema.tokens.TokenFact;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;

/** Answers what a presented token is worth (RFC 7662), and ends it on request (RFC 7009). */
final class TokenInspector {
    private final AccessTokenVerifier verifier;
    private final RevocationList revocations;
    private final Outbox outbox;

    TokenInspector(AccessTokenVerifier verifier, RevocationList revocations, Outbox outbox) {
        this.verifier = verifier;
        this.revocations = revocations;
        this.outbox = outbox;
    }

    /** A token that is not the asker's to see is as inactive as one that does not exist. */
    Future<Introspection> introspect(Caller caller, PresentedToken request) {
        return verifier.verify(request.token())
                .map(found -> found.filter(token -> isFor(caller, request, token)))
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(found)
                        : revocations
                                .standing(caller, found.get().marks())
                                .map(standing -> found.filter(token -> standing.live())))
                .compose(live -> audit(caller, live)
                        .map(written -> live.map(TokenInspector::describe).orElse(Introspection.INACTIVE)));
    }

    /** What is not a live token of ours has nothing to revoke, which is success (RFC 7009 §2.2). */
    Future<Revoked> revoke(Caller caller, PresentedToken request) {
        return verifier.verify(request.token())
                .compose(found -> found.isEmpty() ? Future.succeededFuture() : revoke(caller, request, found.get()))
                .map(done -> new Revoked());
    }

    private Future<Void> revoke(Caller caller, PresentedToken request, AccessToken token) {
        if (!isFor(caller, request, token)) {
            return Future.failedFuture(new ServiceException(
                    ErrorCode.FORBIDDEN,
                    "The token belongs to another client",
                    Map.of("requiredScope", ManagementScopes.TOKENS_WRITE)));
        }
        TokenFact data = new TokenFact(token.tokenId(), token.credentialId(), token.scope());
        return revocations.revoke(
                token.tokenId(), token.expiresAt(), outbox.fact(TokenEvents.REVOKED, token.agentId(), caller, data));
    }

    private static boolean isFor(Caller caller, PresentedToken request, AccessToken token) {
        return request.anyClient() || token.agentId().equals(caller.agentId());
    }

    private Future<Void> audit(Caller caller, Optional<AccessToken> live) {
        IntrospectedToken data =
                new IntrospectedToken(live.map(AccessToken::tokenId).orElse(null), live.isPresent());
        return outbox.append(outbox.fact(
                TokenEvents.INTROSPECTED, live.map(AccessToken::agentId).orElse(null), Outcome.SUCCESS, caller, data));
    }

    private static Introspection describe(AccessToken token) {
        return new Introspection(
                true,
                token.scope(),
                token.agentId(),
                token.agentId(),
                token.issuer(),
                token.audience(),
                "Bearer",
                token.expiresAt().getEpochSecond(),
                token.issuedAt().getEpochSecond(),
                token.tokenId(),
                token.credentialId(),
                token.agentType(),
                token.deploymentEnv());
    }
}
