package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.ServiceVerticle;
import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.Subscriber;
import ai.sentryagent.idp.schema.audit.AuditOperations;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Binds audit-service's work to the bus. */
final class AuditVerticle extends ServiceVerticle {
    private static final Logger LOG = LoggerFactory.getLogger(AuditVerticle.class);
    private static final Duration MONTHS_EVERY = Duration.ofHours(1);
    private static final Duration LAG_EVERY = Duration.ofSeconds(5);
    private static final Duration RETENTION_AFTER = Duration.ofSeconds(2);
    private static final Duration RETENTION_EVERY = Duration.ofHours(1);
    private static final Duration CHECKPOINT_EVERY = Duration.ofSeconds(1);

    private final AuditConfig config;

    /** For what reads as much of the log as there is, so that what writes it has its connections for itself. */
    private @Nullable Database unhurried;

    AuditVerticle(AuditConfig config, ServiceRuntime runtime) {
        super(runtime, "audit", config.database());
        this.config = config;
    }

    @Override
    protected Future<?> bind(Store store) {
        Database reading = store.database().unhurried();
        unhurried = reading;
        Tables tables = Tables.all(config.trusted());
        AuditTable table = tables.log();
        AuditLog log = new AuditLog(store.database(), table, () -> AuditOperations.APPENDED.give(store.bus()));
        Signer signer = new Signer(config.key().orElseGet(this::makeKey), config.issuer(), runtime.clock());
        Checkpointer checkpointer = new Checkpointer(runtime, store.database(), tables, signer);
        Retention retention = new Retention(runtime, reading, tables, signer, config.retentionDays());
        AuditProofs proofs = new AuditProofs(store.database(), tables, checkpointer);
        AuditExporter exporter = new AuditExporter(reading, tables, checkpointer);
        AuditVerifier verifier = new AuditVerifier(reading, tables, checkpointer::seen, runtime.clock());
        Subscriptions subscriptions = new Subscriptions(store.database(), table, tables.subscriptions());
        SubscriptionLag lag = new SubscriptionLag(subscriptions);
        Months months = new Months(runtime, reading, table);
        Bus bus = store.bus();
        every(LAG_EVERY, lag::measure);
        every(CHECKPOINT_EVERY, checkpointer::keepUp);
        every(MONTHS_EVERY, months::prepare);
        every(RETENTION_AFTER, RETENTION_EVERY, retention::run);
        return months.prepare()
                .compose(tried -> checkpointer.begin())
                .compose(begun -> table.cursorKey(store.database().client()))
                .compose(key -> {
                    AuditSearch search = new AuditSearch(store.database(), table, new CursorCodec(key));
                    return Future.all(List.of(
                            Subscriber.AUDIT.serve(bus, log::append),
                            AuditOperations.LIST.serve(bus, search::list),
                            AuditOperations.GET.serve(bus, search::get),
                            AuditOperations.VERIFY.serve(bus, verifier::verify),
                            AuditOperations.CHECKPOINTS.serve(bus, proofs::checkpoints),
                            AuditOperations.CONSISTENCY.serve(bus, proofs::consistency),
                            AuditOperations.PROOF.serve(bus, proofs::inclusion),
                            AuditOperations.EXPORT.serve(bus, exporter::page),
                            AuditOperations.FOLLOW.serve(bus, subscriptions::follow),
                            AuditOperations.ACKNOWLEDGE.serve(bus, subscriptions::acknowledge),
                            AuditOperations.UNFOLLOW.serve(bus, subscriptions::unfollow),
                            AuditOperations.HEALTH.serve(bus, store::health)));
                });
    }

    @Override
    protected Future<?> release() {
        return unhurried == null ? Future.succeededFuture() : unhurried.close();
    }

    /** It ends with the process. What it signed can be verified for as long as the checkpoints are kept. */
    private AuditKey makeKey() {
        AuditKey made = AuditKey.made(runtime.random());
        LOG.atWarn()
                .addKeyValue("keyId", made.publicKey().id())
                .log(
                        "AUDIT_SIGNING_KEY is not set, so checkpoints of the audit log are signed with a key that only this"
                                + " process has: nobody can know it beforehand, and the next start makes another");
        return made;
    }
}
