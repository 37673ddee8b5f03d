package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.ServiceVerticle;
import ai.sentryagent.idp.runtime.config.DatabaseConfig;
import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.Subscriber;
import ai.sentryagent.idp.schema.audit.AuditOperations;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Binds audit-service's work to the bus. */
final class AuditVerticle extends ServiceVerticle {
    private static final Logger LOG = LoggerFactory.getLogger(AuditVerticle.class);
    private static final Duration PARTITIONS_EVERY = Duration.ofHours(1);
    private static final Duration LAG_EVERY = Duration.ofSeconds(5);

    AuditVerticle(DatabaseConfig config, ServiceRuntime runtime) {
        super(runtime, "audit", config);
    }

    @Override
    protected Future<?> bind(Store store) {
        AuditTable table = new AuditTable();
        AuditLog log = new AuditLog(store.database(), table, () -> AuditOperations.APPENDED.give(store.bus()));
        AuditVerifier verifier = new AuditVerifier(store.database(), table);
        Subscriptions subscriptions = new Subscriptions(store.database(), table, new SubscriptionTable());
        SubscriptionLag lag = new SubscriptionLag(subscriptions);
        Bus bus = store.bus();
        vertx.setPeriodic(LAG_EVERY.toMillis(), tick -> lag.measure());
        vertx.setPeriodic(PARTITIONS_EVERY.toMillis(), tick -> table.ensurePartitions(
                        store.database().client())
                .onFailure(
                        failure -> LOG.atError().setCause(failure).log("The log's next months could not be prepared")));
        return table.ensurePartitions(store.database().client())
                .compose(ready -> table.cursorKey(store.database().client()))
                .compose(key -> {
                    AuditSearch search = new AuditSearch(store.database(), table, new CursorCodec(key));
                    return Future.all(List.of(
                            Subscriber.AUDIT.serve(bus, log::append),
                            AuditOperations.LIST.serve(bus, search::list),
                            AuditOperations.GET.serve(bus, search::get),
                            AuditOperations.VERIFY.serve(bus, verifier::verify),
                            AuditOperations.FOLLOW.serve(bus, subscriptions::follow),
                            AuditOperations.ACKNOWLEDGE.serve(bus, subscriptions::acknowledge),
                            AuditOperations.UNFOLLOW.serve(bus, subscriptions::unfollow),
                            AuditOperations.HEALTH.serve(bus, store::health)));
                });
    }
}
