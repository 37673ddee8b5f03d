package ai.sentryagent.idp.runtime;

import ai.sentryagent.idp.runtime.config.DatabaseConfig;
import ai.sentryagent.idp.runtime.outbox.Outbox;
import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.ServiceHealth;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.ext.healthchecks.Status;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What every service with a schema does when it starts and stops; what it answers to is for {@link #bind}. */
public abstract class ServiceVerticle extends VerticleBase {
    private static final Duration FINISHED_WITHIN = Duration.ofSeconds(20);

    protected final ServiceRuntime runtime;
    private final String schema;
    private final DatabaseConfig config;
    private @Nullable Store store;

    /**
     * A service.
     *
     * @param schema the name of its schema, its migrations and its readiness check
     */
    protected ServiceVerticle(ServiceRuntime runtime, String schema, DatabaseConfig config) {
        this.runtime = runtime;
        this.schema = schema;
        this.config = config;
    }

    /** A service's own schema, where its facts leave from, and where it asks and answers. */
    public record Store(Database database, Outbox outbox, Bus bus) {

        /** Answers the question of health for a service that needs nothing but its schema. */
        public Future<ServiceHealth> health(Caller caller, ServiceHealth.Question question) {
            return database.answers().map(up -> new ServiceHealth(up, true));
        }
    }

    /** Completes when everything is bound and the service can work. */
    protected abstract Future<?> bind(Store opened);

    /** Gives back what {@link #bind} took, before the outbox is drained and the database closed. */
    protected Future<?> release() {
        return Future.succeededFuture();
    }

    /**
     * Begins the work again and again, but never while it is still at it: work that waits for Postgres would hold a connection
     * more each time.
     *
     * @param work tells of its failures itself
     */
    protected final void every(Duration pause, Supplier<Future<?>> work) {
        every(pause, pause, work);
    }

    /** As that, beginning earlier or later than after a pause. */
    protected final void every(Duration first, Duration pause, Supplier<Future<?>> work) {
        AtomicBoolean underWay = new AtomicBoolean();
        vertx.setPeriodic(first.toMillis(), pause.toMillis(), tick -> {
            if (underWay.compareAndSet(false, true)) {
                Future.succeededFuture().compose(begin -> work.get()).onComplete(done -> underWay.set(false));
            }
        });
    }

    @Override
    public final Future<?> start() {
        return Database.open(vertx, runtime.random(), config, schema).compose(database -> {
            Bus bus = Bus.on(vertx);
            Store opened = new Store(database, new Outbox(runtime, bus, database), bus);
            store = opened;
            opened.outbox().start();
            runtime.readiness().register(schema, check -> database.answers()
                    .onSuccess(up -> check.tryComplete(up ? Status.OK() : Status.KO())));
            return bind(opened);
        });
    }

    @Override
    public final Future<?> stop() {
        Store opened = store;
        return opened == null
                ? Future.succeededFuture()
                : opened.bus()
                        .close()
                        .timeout(FINISHED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                        .eventually(this::release)
                        .eventually(() -> opened.outbox().drain())
                        .eventually(() -> opened.database().close());
    }
}
