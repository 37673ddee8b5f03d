package ai.sentryagent.idp.runtime.cluster;

import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import io.vertx.ext.cluster.infinispan.InfinispanClusterManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.remoting.transport.Address;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster manager of Vert.x, which remembers besides what this node has offered to the others. So the node can stop
 * being asked while it still answers, and can offer again what is missing when a cluster that fell apart is whole: each part
 * has struck the other's members off meanwhile, and one part's memory has won. Nobody tells what was lost, or when the
 * parts have settled, so each node looks for itself, for ever.
 */
final class ClusterMembership extends InfinispanClusterManager {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterMembership.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final DefaultCacheManager caches;
    private final Map<String, Set<RegistrationInfo>> offered = new ConcurrentHashMap<>();
    private final Set<Offer> underWay = ConcurrentHashMap.newKeySet();
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private volatile @Nullable RegistrationListener selector;
    private volatile @Nullable Reach reach;
    private volatile boolean leaving;

    ClusterMembership(DefaultCacheManager caches) {
        super(caches);
        this.caches = caches;
    }

    @Override
    public void addRegistration(String address, RegistrationInfo registration, Completable<Void> promise) {
        if (!registration.localOnly()) {
            offered.computeIfAbsent(address, unknown -> ConcurrentHashMap.newKeySet())
                    .add(registration);
        }
        write(new Offer(address, registration)).onComplete(promise);
    }

    @Override
    public void removeRegistration(String address, RegistrationInfo registration, Completable<Void> promise) {
        Set<RegistrationInfo> here = offered.get(address);
        if (here != null) {
            here.remove(registration);
        }
        super.removeRegistration(address, registration, promise);
    }

    /** Where to connect to a node, for whoever is about to. */
    @Override
    public void getNodeInfo(String nodeId, Completable<NodeInfo> promise) {
        Promise<NodeInfo> found = Promise.promise();
        super.getNodeInfo(nodeId, found);
        found.future()
                .otherwiseEmpty()
                .compose(info -> nodeId.equals(getNodeId())
                        ? Future.succeededFuture(info)
                        : Objects.requireNonNull(reach).insist(nodeId, info))
                .onComplete(promise);
    }

    /** The inherited one was made for an older Infinispan. */
    @Override
    public List<String> getNodes() {
        return caches.getMembers().stream().map(Address::toString).toList();
    }

    /** Who chooses one of those that have offered, and remembers them. */
    @Override
    public synchronized void registrationListener(RegistrationListener listener) {
        selector = listener;
        super.registrationListener(listener);
    }

    @Override
    public void getRegistrations(String address, Completable<List<RegistrationInfo>> promise) {
        asked.add(address);
        super.getRegistrations(address, promise);
    }

    @Override
    public void init(Vertx vertx) {
        super.init(vertx);
        reach = new Reach(vertx);
        vertx.setPeriodic(LOOK_EVERY.toMillis(), tick -> look());
    }

    /**
     * Takes back what this node has offered, while its consumers stay where they are: what is on its way here is still
     * answered.
     */
    Future<Void> withdraw() {
        leaving = true;
        return Future.join(each().map(offer -> offer.apply(super::removeRegistration))
                        .toList())
                .mapEmpty();
    }

    private void look() {
        NodeInfo self = getNodeInfo();
        if (leaving || self == null) {
            return;
        }
        knows(self).onSuccess(known -> {
            if (!known) {
                setNodeInfo(self, (done, failure) -> {});
            }
        });
        each().filter(offer -> !underWay.contains(offer))
                .forEach(offer -> offered(offer.address()).onSuccess(there -> {
                    if (!there.contains(offer.registration())) {
                        offerAgain(offer);
                    }
                }));
        asked.forEach(address -> offered(address).onSuccess(there -> remind(address, there)));
    }

    private Future<Boolean> knows(NodeInfo self) {
        Promise<NodeInfo> found = Promise.promise();
        getNodeInfo(getNodeId(), found);
        return found.future().map(self::equals).otherwise(false);
    }

    private Future<List<RegistrationInfo>> offered(String address) {
        Promise<List<RegistrationInfo>> found = Promise.promise();
        super.getRegistrations(address, found);
        return found.future();
    }

    /** Unless it has been taken back meanwhile. */
    private void offerAgain(Offer offer) {
        LOG.atInfo().addKeyValue("address", offer.address()).log("Offered again");
        write(offer).onSuccess(done -> {
            if (leaving || !isOffered(offer)) {
                offer.apply(super::removeRegistration);
            }
        });
    }

    private Future<Void> write(Offer offer) {
        underWay.add(offer);
        return offer.apply(super::addRegistration).onComplete(done -> underWay.remove(offer));
    }

    private boolean isOffered(Offer offer) {
        return offered.getOrDefault(offer.address(), Set.of()).contains(offer.registration());
    }

    private void remind(String address, List<RegistrationInfo> there) {
        RegistrationListener listener = selector;
        if (listener == null || !listener.wantsUpdatesFor(address)) {
            asked.remove(address);
        } else {
            listener.registrationsUpdated(new RegistrationUpdateEvent(address, there));
        }
    }

    private interface Act {
        void on(String address, RegistrationInfo registration, Completable<Void> promise);
    }

    private record Offer(String address, RegistrationInfo registration) {
        Future<Void> apply(Act act) {
            Promise<Void> done = Promise.promise();
            act.on(address, registration, done);
            return done.future();
        }
    }

    private Stream<Offer> each() {
        return offered.entrySet().stream()
                .flatMap(at -> at.getValue().stream().map(registration -> new Offer(at.getKey(), registration)));
    }
}
