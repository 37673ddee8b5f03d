package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.runtime.Batcher;
import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.ServiceVerticle;
import ai.sentryagent.idp.runtime.config.TokenConfig;
import ai.sentryagent.idp.runtime.token.Claims;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.Rounds;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.credentials.Client;
import ai.sentryagent.idp.schema.tokens.IssueToken;
import ai.sentryagent.idp.schema.tokens.IssuedToken;
import ai.sentryagent.idp.schema.tokens.TokenEvents;
import ai.sentryagent.idp.schema.tokens.TokenFact;
import io.vertx.core.Future;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Issues access tokens. No token leaves before its audit row and its count are durable, and both share a statement with
 * those of every other token of the same moment; the signature is made meanwhile.
 */
final class TokenIssuer {
    private static final Logger LOG = LoggerFactory.getLogger(TokenIssuer.class);
    private static final int PURGED_AT_ONCE = 2_000;
    private static final long NO_QUOTA = Long.MAX_VALUE;

    private final ServiceRuntime runtime;
    private final ServiceVerticle.Store store;
    private final TokenConfig config;
    private final long monthlyQuota;
    private final TokenSigner signer;
    private final MonthlyCountTable counts = new MonthlyCountTable();
    private final Batcher<Issuance, MonthlyCountTable.Counted> recorder;
    private final IssuedCounter issued = new IssuedCounter();

    /** @param monthlyQuota tokens a client and month; 0 for no limit */
    TokenIssuer(
            ServiceRuntime runtime,
            ServiceVerticle.Store store,
            TokenConfig config,
            long monthlyQuota,
            TokenSigner signer) {
        this.runtime = runtime;
        this.store = store;
        this.config = config;
        this.monthlyQuota = monthlyQuota;
        this.signer = signer;
        this.recorder = new Batcher<>(runtime.vertx(), this::record);
    }

    Future<IssuedToken> issue(Caller caller, IssueToken request) {
        Client client = request.client();
        String scope = ScopeGrant.grant(client, request.scope());
        UUID tokenId = runtime.ids().get();
        Issuance issuance = new Issuance(
                client.clientId(),
                store.outbox()
                        .fact(
                                TokenEvents.ISSUED,
                                client.clientId(),
                                caller,
                                new TokenFact(tokenId, client.credentialId(), scope)));
        Future<String> signed = signer.sign(claims(client, scope, tokenId));
        if (signed.failed()) {
            return Future.failedFuture(signed.cause()); // no key: nothing to count and nothing to write down
        }
        return recorder.add(issuance)
                .compose(counted -> counted.granted() ? signed : Future.failedFuture(quotaExceeded(counted)))
                .onSuccess(token -> {
                    store.outbox().send(List.of(issuance.fact()));
                    issued.count(scope);
                })
                .map(token ->
                        new IssuedToken(token, "Bearer", config.timeToLive().toSeconds(), scope));
    }

    /** Deletes the counts of before last month, few by few: an instance whose clock is behind may be counting last month's yet. */
    Future<Void> purge() {
        LocalDate kept = month().minusMonths(1);
        return Rounds.untilLast(() -> counts.purge(store.database().client(), kept, PURGED_AT_ONCE)
                        .map(gone -> gone < PURGED_AT_ONCE))
                .onFailure(failure -> LOG.atWarn()
                        .addKeyValue("cause", failure.getMessage())
                        .log("Counts of months that are over were not deleted"));
    }

    private Future<List<MonthlyCountTable.Counted>> record(List<Issuance> batch) {
        long quota = monthlyQuota == 0 ? NO_QUOTA : monthlyQuota;
        return counts.record(store.database().client(), batch, month(), quota);
    }

    private LocalDate month() {
        return LocalDate.ofInstant(runtime.clock().instant(), ZoneOffset.UTC).withDayOfMonth(1);
    }

    /** RFC 9068 §2.2. */
    private Map<String, Object> claims(Client client, String scope, UUID tokenId) {
        long now = runtime.clock().instant().getEpochSecond();
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", config.issuer());
        claims.put("sub", client.clientId());
        claims.put(Claims.CLIENT_ID, client.clientId());
        claims.put("aud", config.audience());
        claims.put("iat", now);
        claims.put("exp", now + config.timeToLive().toSeconds());
        claims.put("jti", tokenId);
        claims.put(Claims.SCOPE, scope);
        claims.put(Claims.CREDENTIAL, client.credentialId());
        claims.put(Claims.AGENT_TYPE, client.agentType().word());
        claims.put(Claims.DEPLOYMENT_ENV, client.deploymentEnv().word());
        claims.put(Claims.AGENT_EPOCH, client.agentEpoch());
        claims.put(Claims.CREDENTIAL_EPOCH, client.credentialEpoch());
        return claims;
    }

    private ServiceException quotaExceeded(MonthlyCountTable.Counted counted) {
        return new ServiceException(
                ErrorCode.FREE_TIER_LIMIT_EXCEEDED,
                "The limit of " + monthlyQuota + " tokens a month is reached",
                Map.of("limit", monthlyQuota, "current", counted.issued()));
    }
}
