package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.runtime.Batcher;
import ai.sentryagent.idp.runtime.Meters;
import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.ServiceVerticle;
import ai.sentryagent.idp.runtime.config.TokenConfig;
import ai.sentryagent.idp.runtime.outbox.Change;
import ai.sentryagent.idp.runtime.outbox.OutboxEntry;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.Fact;
import ai.sentryagent.idp.schema.FactHandlers;
import ai.sentryagent.idp.schema.Rounds;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.agents.AgentEvents;
import ai.sentryagent.idp.schema.agents.AgentState;
import ai.sentryagent.idp.schema.credentials.CredentialChange;
import ai.sentryagent.idp.schema.credentials.CredentialEvents;
import ai.sentryagent.idp.schema.tokens.Marks;
import ai.sentryagent.idp.schema.tokens.Standing;
import ai.sentryagent.idp.schema.tokens.TokenEvents;
import ai.sentryagent.idp.schema.tokens.TokenFact;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes tokens dead: in Postgres first, which is the truth, then in Redis, where every check looks. Whoever asked is
 * answered when both have it.
 */
final class RevocationList {
    private static final Logger LOG = LoggerFactory.getLogger(RevocationList.class);

    /** Covers tokens that are being issued under the old epoch at this moment, and clocks that differ. */
    private static final Duration MARGIN = Duration.ofMinutes(10);

    /**
     * A mark that kills all tokens of somebody stands until the last of them has expired, and these may be from before
     * {@code TOKEN_TTL_SECONDS} was lowered, or of an instance where it is another.
     */
    private static final Duration STANDS_FOR = TokenConfig.LONGEST_LIFE.plus(MARGIN);

    private static final int PURGED_AT_ONCE = 2_000;

    /** Nobody has tokens of a lower one. */
    private static final long FIRST_EPOCH = 1;

    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    private final ServiceRuntime runtime;
    private final ServiceVerticle.Store store;
    private final RevocationTable table;
    private final RedisMarks redis;
    /** Those that come at the same moment are looked up together; one that has begun counts for nobody who comes later. */
    private final Batcher<RevocationTable.Asked, Boolean> checks;

    /** What is told at the same moment is stored together, and does not wait for what Redis says of it. */
    private final Batcher<Mark, Boolean> stored;

    /** One call of Redis for those that are told at the same moment. */
    private final Batcher<Mark, Boolean> shared;

    private final Timer propagation = Meters.revocationPropagation();

    RevocationList(ServiceRuntime runtime, ServiceVerticle.Store store, RevocationTable table, RedisMarks redis) {
        this.runtime = runtime;
        this.store = store;
        this.table = table;
        this.redis = redis;
        this.checks = new Batcher<>(
                runtime.vertx(), tokens -> table.areDead(store.database().client(), tokens));
        this.stored = new Batcher<>(
                runtime.vertx(),
                marks -> table.raise(store.database().client(), marks).map(Collections.nCopies(marks.size(), true)));
        this.shared = new Batcher<>(
                runtime.vertx(), marks -> redis.raise(marks).map(Collections.nCopies(marks.size(), true)));
    }

    /** For facts in any order: a mark only ever rises. */
    FactHandlers handlers() {
        return new FactHandlers()
                .on(AgentEvents.SUSPENDED, this::agentStopped)
                .on(AgentEvents.REACTIVATED, this::agentIsBack)
                .on(AgentEvents.DECOMMISSIONED, this::agentStopped)
                .on(CredentialEvents.ROTATED, this::credentialChanged)
                .on(CredentialEvents.REVOKED, this::credentialChanged)
                .on(TokenEvents.REVOKED, this::tokenRevoked)
                .on(TokenEvents.KEY_ROTATED, this::keyRotated);
    }

    /**
     * Kills one token; the fact is told only the first time. This service hears of it too: should Redis or this process be
     * gone before Redis has the mark, the outbox knows that it is owed.
     */
    Future<Void> revoke(UUID tokenId, Instant expiresAt, OutboxEntry fact) {
        Mark mark = new Mark(Mark.Kind.TOKEN, tokenId, 1, expiresAt.plus(MARGIN));
        return store.outbox()
                .commit(transaction -> table.raise(transaction, List.of(mark))
                        .map(isNew -> new Change<>(isNew, isNew ? List.of(fact) : List.of())))
                .compose(committed -> redis.raise(List.of(mark))
                        .recover(failure -> Future.failedFuture(new ServiceException(
                                ErrorCode.SERVICE_UNAVAILABLE,
                                "The revocation is stored but not yet known everywhere; try again")))
                        .map(committed.result()))
                .onSuccess(isNew -> {
                    if (isNew) {
                        felt(fact.fact());
                    }
                })
                .mapEmpty();
    }

    /**
     * Kills whatever these keys have signed, as soon as this service has heard of its own fact. Whoever has such a key chooses
     * when its tokens expire, so the marks stay.
     */
    Future<Void> keysWithdrawn(SqlClient transaction, List<String> kids) {
        Instant expiresAt = runtime.clock().instant().plus(FOR_EVER);
        return table.raise(
                        transaction,
                        kids.stream()
                                .map(kid -> new Mark(Mark.Kind.KEY, Marks.keyId(kid), 1, expiresAt))
                                .toList())
                .mapEmpty();
    }

    Future<Standing> standing(Caller caller, Marks token) {
        return checks.add(new RevocationTable.Asked(token, token.keyId())).map(dead -> new Standing(!dead));
    }

    /** Deletes what has expired, few by few: whoever revokes meanwhile waits for none of it. */
    Future<Void> purge() {
        return Rounds.untilLast(() ->
                        table.purge(store.database().client(), PURGED_AT_ONCE).map(gone -> gone < PURGED_AT_ONCE))
                .onFailure(failure ->
                        LOG.atWarn().addKeyValue("cause", failure.getMessage()).log("Expired marks were not deleted"));
    }

    private Future<Void> agentStopped(Fact fact, AgentState state) {
        return raise(fact, Mark.Kind.AGENT, state.agentId(), state.epoch());
    }

    /** The suspension may not have been heard of yet. Whoever was never suspended has no token that it would end. */
    private Future<Void> agentIsBack(Fact fact, AgentState state) {
        return state.epoch() == FIRST_EPOCH
                ? Future.succeededFuture()
                : raise(Mark.Kind.AGENT, state.agentId(), state.epoch());
    }

    private Future<Void> credentialChanged(Fact fact, CredentialChange change) {
        return change.revokeTokens()
                ? raise(fact, Mark.Kind.CREDENTIAL, change.credentialId(), change.epoch())
                : Future.succeededFuture();
    }

    /** The mark stands in the database already, unless the token has expired long ago. */
    private Future<Void> tokenRevoked(Fact fact, TokenFact token) {
        return table.find(store.database().client(), Mark.Kind.TOKEN, token.jti())
                .compose(mark -> mark.isEmpty() ? Future.succeededFuture() : shared.add(mark.get()))
                .mapEmpty();
    }

    private Future<Void> keyRotated(Fact fact, TokenEvents.KeyRotated keys) {
        return Future.all(keys.withdrawn().stream()
                        .map(kid -> table.find(store.database().client(), Mark.Kind.KEY, Marks.keyId(kid)))
                        .toList())
                .map(found -> found.<Optional<Mark>>list().stream()
                        .flatMap(Optional::stream)
                        .toList())
                .compose(marks -> marks.isEmpty()
                        ? Future.succeededFuture()
                        : redis.raise(marks).onSuccess(everywhere -> felt(fact)));
    }

    private Future<Void> raise(Fact fact, Mark.Kind kind, UUID id, long epoch) {
        return raise(kind, id, epoch).onSuccess(everywhere -> felt(fact));
    }

    private Future<Void> raise(Mark.Kind kind, UUID id, long epoch) {
        Mark mark = new Mark(kind, id, epoch, runtime.clock().instant().plus(STANDS_FOR));
        return stored.add(mark).compose(done -> shared.add(mark)).mapEmpty();
    }

    /** From here on every check refuses. */
    private void felt(Fact fact) {
        propagation.record(Duration.between(fact.timestamp(), runtime.clock().instant()));
    }
}
