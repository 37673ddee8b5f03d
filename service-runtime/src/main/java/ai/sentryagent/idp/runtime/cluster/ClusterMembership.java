package ai.sentryagent.idp.runtime.cluster;

import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.core.shareddata.Counter;
import io.vertx.core.shareddata.Lock;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.NodeListener;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as the event bus of Vert.x sees it: who the nodes are, where each is connected to, and which of them answer
 * to an address. Nothing else is shared: there are no maps, locks or counters of the cluster.
 */
final class ClusterMembership implements ClusterManager {
    /** Longer than it takes until who cannot be reached is taken for gone. */
    private static final Duration ACQUAINTED_WITHIN = Duration.ofSeconds(15);

    private static final Duration LOOK_EVERY = Duration.ofMillis(10);
    private static final Duration REMIND_EVERY = Duration.ofSeconds(1);

    private final String self;
    private final Roster roster;
    private final Gossip gossip;
    private @Nullable Vertx vertx;
    private @Nullable Reach reach;
    private volatile boolean leaving;

    ClusterMembership(String self, Roster roster, Gossip gossip) {
        this.self = self;
        this.roster = roster;
        this.gossip = gossip;
    }

    @Override
    public void init(Vertx own) {
        vertx = own;
        reach = new Reach(own);
        own.setPeriodic(REMIND_EVERY.toMillis(), tick -> gossip.remind());
    }

    @Override
    public void registrationListener(RegistrationListener listener) {
        gossip.onChange(address -> {
            if (listener.wantsUpdatesFor(address)) {
                listener.registrationsUpdated(new RegistrationUpdateEvent(address, roster.consumers(address)));
            }
        });
    }

    /** Completes when every member has told what it offers. */
    @Override
    public void join(Completable<Void> promise) {
        acquainted(Objects.requireNonNull(vertx))
                .timeout(ACQUAINTED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .recover(late -> Future.failedFuture(
                        new IOException("No word from the members " + roster.strangers() + " at their CLUSTER_PORT")))
                .onComplete(promise);
    }

    private Future<Void> acquainted(Vertx own) {
        return roster.strangers().isEmpty()
                ? Future.succeededFuture()
                : own.timer(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS).compose(over -> acquainted(own));
    }

    /** The bus has ended; {@link Cluster#leave} says goodbye when all has. */
    @Override
    public void leave(Completable<Void> promise) {
        promise.succeed();
    }

    @Override
    public boolean isActive() {
        return !leaving;
    }

    @Override
    public String getNodeId() {
        return self;
    }

    @Override
    public List<String> getNodes() {
        return roster.members();
    }

    @Override
    public void setNodeInfo(NodeInfo info, Completable<Void> promise) {
        change(offer -> offer.at(info), promise);
    }

    @Override
    public @Nullable NodeInfo getNodeInfo() {
        return roster.place(self);
    }

    /** Where to connect to a node, for whoever is about to. */
    @Override
    public void getNodeInfo(String nodeId, Completable<NodeInfo> promise) {
        Objects.requireNonNull(reach).insist(nodeId, roster.place(nodeId)).onComplete(promise);
    }

    /** Completes when whoever asks from now on finds this consumer, wherever it asks. */
    @Override
    public void addRegistration(String address, RegistrationInfo registration, Completable<Void> promise) {
        if (isForOthers(registration) && !leaving) {
            change(offer -> offer.with(address, registration.seq()), promise);
        } else {
            promise.succeed();
        }
    }

    @Override
    public void removeRegistration(String address, RegistrationInfo registration, Completable<Void> promise) {
        if (isForOthers(registration)) {
            change(offer -> offer.without(address, registration.seq()), promise);
        } else {
            promise.succeed();
        }
    }

    /** What nobody offers is asked of this node by itself, so that who is there for it alone need not be offered. */
    private static boolean isForOthers(RegistrationInfo registration) {
        return !registration.localOnly();
    }

    @Override
    public void getRegistrations(String address, Completable<List<RegistrationInfo>> promise) {
        promise.succeed(roster.consumers(address));
    }

    /**
     * Takes back what this node has offered, while its consumers stay where they are: what is on its way here is still
     * answered.
     */
    Future<Void> withdraw() {
        leaving = true;
        Promise<Void> known = Promise.promise();
        change(Offer::withdrawn, known);
        return known.future();
    }

    private void change(UnaryOperator<Offer> change, Completable<Void> known) {
        roster.change(change, known);
        gossip.wake();
    }

    /** For high availability, in which a node takes over another's verticles: here nobody does. */
    @Override
    public void nodeListener(NodeListener listener) {}

    @Override
    public <K, V> void getAsyncMap(String name, Completable<AsyncMap<K, V>> promise) {
        promise.fail(nothingShared());
    }

    @Override
    public <K, V> Map<K, V> getSyncMap(String name) {
        throw nothingShared();
    }

    @Override
    public void getLockWithTimeout(String name, long timeout, Completable<Lock> promise) {
        promise.fail(nothingShared());
    }

    @Override
    public void getCounter(String name, Completable<Counter> promise) {
        promise.fail(nothingShared());
    }

    private static UnsupportedOperationException nothingShared() {
        return new UnsupportedOperationException("The members share nothing but the event bus");
    }
}
