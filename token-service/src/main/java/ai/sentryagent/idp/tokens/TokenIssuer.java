package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.runtime.GroupCommit;
import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.ServiceVerticle;
import ai.sentryagent.idp.runtime.config.TokenConfig;
import ai.sentryagent.idp.runtime.token.Claims;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.credentials.Client;
import ai.sentryagent.idp.schema.tokens.IssueToken;
import ai.sentryagent.idp.schema.tokens.IssuedToken;
import ai.sentryagent.idp.schema.tokens.TokenEvents;
import ai.sentryagent.idp.schema.tokens.TokenFact;
import com.nimbusds.jwt.JWTClaimsSet;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Issues access tokens. No token leaves before its audit row and its count are durable, and both share a statement with
 * those of every other token of the same moment; the signature is made meanwhile.
 */
final class TokenIssuer {
    private static final long NO_QUOTA = Long.MAX_VALUE;

    private final ServiceRuntime runtime;
    private final ServiceVerticle.Store store;
    private final TokenConfig config;
    private final long monthlyQuota;
    private final TokenSigner signer;
    private final MonthlyCountTable counts = new MonthlyCountTable();
    private final GroupCommit<Issuance, MonthlyCountTable.Counted> recorder = new GroupCommit<>(this::record);
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

    private Future<List<MonthlyCountTable.Counted>> record(List<Issuance> batch) {
        LocalDate month =
                LocalDate.ofInstant(runtime.clock().instant(), ZoneOffset.UTC).withDayOfMonth(1);
        long quota = monthlyQuota == 0 ? NO_QUOTA : monthlyQuota;
        return counts.record(store.database().client(), batch, month, quota);
    }

    /** RFC 9068 §2.2. */
    private JWTClaimsSet claims(Client client, String scope, UUID tokenId) {
        Instant now = runtime.clock().instant();
        return new JWTClaimsSet.Builder()
                .issuer(config.issuer())
                .subject(client.clientId().toString())
                .claim(Claims.CLIENT_ID, client.clientId().toString())
                .audience(config.audience())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(config.timeToLive())))
                .jwtID(tokenId.toString())
                .claim(Claims.SCOPE, scope)
                .claim(Claims.CREDENTIAL, client.credentialId().toString())
                .claim(Claims.AGENT_TYPE, client.agentType().word())
                .claim(Claims.DEPLOYMENT_ENV, client.deploymentEnv().word())
                .claim(Claims.AGENT_EPOCH, client.agentEpoch())
                .claim(Claims.CREDENTIAL_EPOCH, client.credentialEpoch())
                .build();
    }

    private ServiceException quotaExceeded(MonthlyCountTable.Counted counted) {
        return new ServiceException(
                ErrorCode.FREE_TIER_LIMIT_EXCEEDED,
                "The limit of " + monthlyQuota + " tokens a month is reached",
                Map.of("limit", monthlyQuota, "current", counted.issued()));
    }
}
