package ai.sentryagent.idp.runtime.cluster;

import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.ext.cluster.infinispan.InfinispanClusterManager;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.notifications.Listener;
import org.infinispan.notifications.cachemanagerlistener.annotation.Merged;
import org.infinispan.notifications.cachemanagerlistener.event.MergeEvent;
import org.infinispan.remoting.transport.Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster manager of Vert.x, which remembers besides what this node has offered to the others. So the node can stop
 * being asked while it still answers, and can offer everything again when a cluster that fell apart is whole: each part
 * has struck the other's members off meanwhile.
 */
final class ClusterMembership extends InfinispanClusterManager {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterMembership.class);

    private final DefaultCacheManager caches;
    private final Map<String, Set<RegistrationInfo>> offered = new ConcurrentHashMap<>();
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
        super.addRegistration(address, registration, promise);
    }

    @Override
    public void removeRegistration(String address, RegistrationInfo registration, Completable<Void> promise) {
        Set<RegistrationInfo> here = offered.get(address);
        if (here != null) {
            here.remove(registration);
        }
        super.removeRegistration(address, registration, promise);
    }

    /** The inherited one was made for an older Infinispan. */
    @Override
    public List<String> getNodes() {
        return caches.getMembers().stream().map(Address::toString).toList();
    }

    @Override
    public void join(Completable<Void> promise) {
        caches.addListener(new Healing());
        super.join(promise);
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

    private Future<Void> offerAgain() {
        Promise<Void> known = Promise.promise();
        setNodeInfo(Objects.requireNonNull(getNodeInfo()), known);
        return known.future()
                .compose(done -> Future.join(
                        each().map(offer -> offer.apply(super::addRegistration)).toList()))
                .mapEmpty();
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

    /** Public because Infinispan calls it, which looks the methods up by their annotations. */
    @Listener(sync = false)
    public final class Healing {
        @Merged
        public void merged(MergeEvent event) {
            LOG.atInfo().addKeyValue("members", event.getNewMembers()).log("The cluster is whole again");
            if (!leaving && getNodeInfo() != null) {
                offerAgain().onFailure(failure -> LOG.atWarn()
                        .addKeyValue("cause", failure.getMessage())
                        .log("This node's consumers could not be offered again"));
            }
        }
    }
}
