package ai.sentryagent.idp.standalone.cluster;

import ai.sentryagent.idp.standalone.FreePort;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What connects one member with the others: they reach it through these and in no other way. */
final class Cables implements AutoCloseable {
    /** JGroups takes the next port besides. */
    private final int membershipPort = FreePort.nextPair();

    private final int busPort = FreePort.next();
    private final Link bus;
    private final List<Link> membership;

    Cables() throws IOException {
        int seen = FreePort.nextPair();
        bus = Link.open(FreePort.next(), busPort);
        membership = List.of(Link.open(seen, membershipPort), Link.open(seen + 1, membershipPort + 1));
    }

    /** What the member must be told for it. */
    Map<String, String> settings(Map<String, String> identity) {
        Map<String, String> settings = new HashMap<>(identity);
        settings.put("CLUSTER_PORT", String.valueOf(membershipPort));
        settings.put("CLUSTER_PUBLIC_PORT", String.valueOf(membership.get(0).port()));
        settings.put("BUS_PORT", String.valueOf(busPort));
        settings.put("BUS_PUBLIC_PORT", String.valueOf(bus.port()));
        return settings;
    }

    Link bus() {
        return bus;
    }

    void cut() throws IOException {
        bus.cut();
        for (Link link : membership) {
            link.cut();
        }
    }

    void blackhole() {
        bus.blackhole();
        membership.forEach(Link::blackhole);
    }

    void heal() throws IOException {
        bus.heal();
        for (Link link : membership) {
            link.heal();
        }
    }

    @Override
    public void close() throws IOException {
        cut();
    }
}
