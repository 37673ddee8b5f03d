package ai.sentryagent.idp.runtime;

import ai.sentryagent.idp.runtime.cluster.Cluster;
import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.Presence;
import ai.sentryagent.idp.schema.Rounds;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.ext.healthchecks.Status;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this process is among the others: it asks all of them over the bus, again and again, and one that answers has
 * been reached and has reached it. The first process of a cluster has nobody to ask and goes on; one that has lost all its
 * company cannot tell whether they are gone or it is cut off, and is not ready until somebody answers.
 */
final class Company extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(Company.class);
    private static final Duration ASK_EVERY = Duration.ofSeconds(1);

    /** Until those that came first listen on the bus, which on a busy machine takes some seconds. */
    private static final int ROUNDS_OF_GRACE = 20;

    private static final Caller SELF = Caller.system("presence");

    private final ServiceRuntime runtime;
    private final Cluster cluster;
    private boolean everAnswered;
    private int unanswered;
    private volatile boolean present;

    Company(ServiceRuntime runtime, Cluster cluster) {
        this.runtime = runtime;
        this.cluster = cluster;
    }

    /** Completes with the first answer. */
    @Override
    public Future<?> start() {
        Bus bus = Bus.on(vertx);
        runtime.readiness().register("bus", check -> check.complete(present ? Status.OK() : Status.KO()));
        return Presence.of(cluster.name())
                .serve(bus, (caller, question) -> Future.succeededFuture(new Presence()))
                .compose(served -> found(bus))
                .onSuccess(found -> keepAsking(bus));
    }

    private Future<Void> found(Bus bus) {
        return Rounds.untilLast(() -> ask(bus).compose(there -> {
            if (there) {
                return Future.succeededFuture(true);
            }
            LOG.atWarn().addKeyValue("members", cluster.others()).log("Waiting for another process to answer");
            return vertx.timer(ASK_EVERY.toMillis()).map(false);
        }));
    }

    private void keepAsking(Bus bus) {
        vertx.setTimer(ASK_EVERY.toMillis(), over -> ask(bus).onComplete(asked -> keepAsking(bus)));
    }

    private Future<Boolean> ask(Bus bus) {
        List<String> others = cluster.others();
        if (others.isEmpty()) {
            unanswered = 0;
            return Future.succeededFuture(told(!everAnswered, others));
        }
        return Future.any(others.stream()
                        .map(other -> Presence.of(other).ask(bus, SELF, new Presence.Question()))
                        .toList())
                .map(answer -> everAnswered = true)
                .otherwise(failure -> present && !everAnswered && ++unanswered < ROUNDS_OF_GRACE)
                .map(there -> told(there, others));
    }

    private boolean told(boolean there, List<String> others) {
        if (present && !there) {
            LOG.atWarn().addKeyValue("members", others).log("No other process answers");
        } else if (!present && there) {
            LOG.atInfo().addKeyValue("members", others).log("Among the others");
        }
        present = there;
        return there;
    }
}
