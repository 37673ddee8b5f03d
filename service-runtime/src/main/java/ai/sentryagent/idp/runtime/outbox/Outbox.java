package ai.sentryagent.idp.runtime.outbox;

import ai.sentryagent.idp.runtime.Batcher;
import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.Event;
import ai.sentryagent.idp.schema.Outcome;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where a service's facts leave from. */
public final class Outbox {
    private final ServiceRuntime runtime;
    private final Database database;
    private final OutboxTable table = new OutboxTable();
    private final Relay relay;
    private final Batcher<OutboxEntry, Boolean> alone;

    public Outbox(ServiceRuntime runtime, Bus bus, Database database) {
        this.runtime = runtime;
        this.database = database;
        this.relay = new Relay(runtime.vertx(), bus, database, table);
        this.alone = new Batcher<>(runtime.vertx(), entries -> table.insert(database.client(), entries)
                .map(done -> Collections.nCopies(entries.size(), true)));
    }

    /** A successful fact, not yet written. */
    public <T> OutboxEntry fact(Event<T> event, UUID agentId, Caller caller, T data) {
        return fact(event, agentId, Outcome.SUCCESS, caller, data);
    }

    /** A fact, not yet written. */
    public <T> OutboxEntry fact(Event<T> event, @Nullable UUID agentId, Outcome outcome, Caller caller, T data) {
        return new OutboxEntry(
                event.fact(runtime.ids().get(), runtime.clock().instant(), agentId, outcome, caller, data),
                event.subscribers());
    }

    /**
     * Runs the work in one transaction together with the facts it leads to, and sends them. Nothing is sent of a
     * transaction that failed.
     */
    public <R> Future<Committed<R>> commit(Function<SqlConnection, Future<Change<R>>> work) {
        return database.transaction(connection -> work.apply(connection)
                        .compose(change -> change.facts().isEmpty()
                                ? Future.succeededFuture(change)
                                : table.insert(connection, change.facts()).map(change)))
                .map(change -> new Committed<>(change.result(), relay.send(change.facts())));
    }

    /** Writes a fact that needs no other row, together with others that come at the same moment, and sends it. */
    public Future<Void> append(OutboxEntry entry) {
        return alone.add(entry).map(written -> {
            relay.send(List.of(entry));
            return null;
        });
    }

    /** Sends facts whose rows the caller has committed; completes as {@link Committed#everywhere} says. */
    public Future<Boolean> send(List<OutboxEntry> committed) {
        return relay.send(committed);
    }

    public void start() {
        relay.start();
    }

    /** Completes when nothing is on its way any more, or after 5 s. */
    public Future<Void> drain() {
        return relay.drain();
    }
}
