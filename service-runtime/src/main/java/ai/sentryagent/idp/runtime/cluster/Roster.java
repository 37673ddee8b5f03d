package ai.sentryagent.idp.runtime.cluster;

import io.vertx.core.Completable;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who is in the cluster and what each of them offers, as this member knows it, and what is to be said about that. It
 * speaks to nobody itself, and is safe from any thread.
 */
final class Roster {
    private final String self;
    private final Map<String, Offer> others = new HashMap<>();
    private final List<Told> told = new ArrayList<>();
    private Offer own = Offer.NOTHING;
    private List<String> members = List.of();

    private final Set<String> toAsk = new LinkedHashSet<>();
    private final Set<String> askers = new LinkedHashSet<>();
    private final Set<String> changed = new LinkedHashSet<>();
    private final Map<String, Long> toConfirm = new HashMap<>();
    private long toldVersion;

    /** Of a member of this name, which is alone until {@link #accept} says who the members are. */
    Roster(String self) {
        this.self = self;
    }

    /**
     * What is to be done since it was last asked for.
     *
     * @param changed addresses whose consumers are not what they were
     * @param offer for all others, if it is not what they were told
     * @param askers who wants to be told anyway
     * @param toAsk who is to be asked for its own
     * @param toConfirm whose offer of which version has been taken in
     * @param done of changes that all others have taken in
     */
    record News(
            Set<String> changed,
            @Nullable Offer offer,
            Set<String> askers,
            Set<String> toAsk,
            Map<String, Long> toConfirm,
            List<Completable<Void>> done) {}

    synchronized News news() {
        boolean isNew = toldVersion < own.version();
        toldVersion = own.version();
        List<Told> finished =
                told.stream().filter(each -> each.missing.isEmpty()).toList();
        told.removeAll(finished);
        News news = new News(
                Set.copyOf(changed),
                isNew ? own : null,
                Set.copyOf(askers),
                Set.copyOf(toAsk),
                Map.copyOf(toConfirm),
                finished.stream().<Completable<Void>>map(each -> each.done).toList());
        changed.clear();
        askers.clear();
        toAsk.clear();
        toConfirm.clear();
        return news;
    }

    /** While somebody waits until all others have taken in what this member offers, they are told again. */
    synchronized void remind() {
        if (!told.isEmpty()) {
            toldVersion = own.version() - 1;
        }
    }

    synchronized Offer own() {
        return own;
    }

    /** Changes what this member offers; {@code done} when every other has taken that in, or has gone. */
    synchronized void change(UnaryOperator<Offer> change, Completable<Void> done) {
        Offer before = own;
        own = change.apply(own);
        noteChanged(before, own);
        Set<String> missing = new HashSet<>(members);
        missing.remove(self);
        told.add(new Told(own.version(), missing, done));
    }

    /** Who is in the cluster from now on. Whoever has gone offers nothing; whoever has come is asked. */
    synchronized void accept(List<String> now) {
        members = List.copyOf(now);
        for (String gone : others.keySet().stream()
                .filter(member -> !members.contains(member))
                .toList()) {
            noteChanged(others.remove(gone), Offer.NOTHING);
        }
        toAsk.addAll(strangers());
        toAsk.retainAll(members);
        askers.retainAll(members);
        toConfirm.keySet().retainAll(members);
        told.forEach(each -> each.missing.retainAll(members));
    }

    /** A member says which version its offer has, and is asked for it if that is not known here. */
    synchronized void hear(String member, long version) {
        Offer known = others.get(member);
        if (isOther(member) && (known == null || known.version() < version)) {
            toAsk.add(member);
        }
    }

    /** A member tells what it offers. Who is not in the cluster, or not any more, will be asked when it is. */
    synchronized void take(String member, Offer offer) {
        if (!isOther(member)) {
            return;
        }
        toConfirm.merge(member, offer.version(), Math::max);
        Offer before = others.getOrDefault(member, Offer.NOTHING);
        if (!others.containsKey(member) || offer.version() > before.version()) {
            others.put(member, offer);
            noteChanged(before, offer);
        }
    }

    /** A member has taken in what it was told, up to this version. */
    synchronized void taken(String member, long version) {
        told.stream().filter(each -> each.version <= version).forEach(each -> each.missing.remove(member));
    }

    /** A member wants to be told. */
    synchronized void ask(String member) {
        if (isOther(member)) {
            askers.add(member);
        }
    }

    synchronized List<String> members() {
        return members;
    }

    /** Members that have not told what they offer. */
    synchronized List<String> strangers() {
        return members.stream()
                .filter(member -> isOther(member) && !others.containsKey(member))
                .toList();
    }

    synchronized @Nullable NodeInfo place(String member) {
        return member.equals(self)
                ? own.place()
                : others.getOrDefault(member, Offer.NOTHING).place();
    }

    /** Everybody's consumers of this address. */
    synchronized List<RegistrationInfo> consumers(String address) {
        return Stream.of(
                        own.registrations(self, address),
                        others.entrySet().stream()
                                .flatMap(other -> other.getValue().registrations(other.getKey(), address)))
                .flatMap(each -> each)
                .toList();
    }

    private boolean isOther(String member) {
        return !member.equals(self) && members.contains(member);
    }

    private void noteChanged(Offer before, Offer after) {
        Stream.concat(before.consumers().keySet().stream(), after.consumers().keySet().stream())
                .filter(address -> !before.consumers()
                        .getOrDefault(address, Set.of())
                        .equals(after.consumers().getOrDefault(address, Set.of())))
                .forEach(changed::add);
    }

    private record Told(long version, Set<String> missing, Completable<Void> done) {}
}
