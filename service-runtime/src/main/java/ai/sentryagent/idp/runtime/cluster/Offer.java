package ai.sentryagent.idp.runtime.cluster;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a member offers to the others, all of it.
 *
 * @param version higher with each change; of two that a member has told, the higher counts, whichever came first
 * @param place where its event bus is connected to, once that listens
 * @param consumers the numbers of its consumers, by the address that they answer to
 */
record Offer(long version, @Nullable NodeInfo place, Map<String, Set<Long>> consumers) {
    static final Offer NOTHING = new Offer(0, null, Map.of());

    Offer at(NodeInfo here) {
        return new Offer(version + 1, here, consumers);
    }

    Offer with(String address, long consumer) {
        Map<String, Set<Long>> more = new LinkedHashMap<>(consumers);
        Set<Long> there = new LinkedHashSet<>(consumers.getOrDefault(address, Set.of()));
        there.add(consumer);
        more.put(address, there);
        return new Offer(version + 1, place, more);
    }

    Offer without(String address, long consumer) {
        Map<String, Set<Long>> less = new LinkedHashMap<>(consumers);
        Set<Long> there = new LinkedHashSet<>(consumers.getOrDefault(address, Set.of()));
        there.remove(consumer);
        if (there.isEmpty()) {
            less.remove(address);
        } else {
            less.put(address, there);
        }
        return new Offer(version + 1, place, less);
    }

    /** Nobody is to ask here any more, but answers still find it. */
    Offer withdrawn() {
        return new Offer(version + 1, place, Map.of());
    }

    Stream<RegistrationInfo> registrations(String member, String address) {
        return consumers.getOrDefault(address, Set.of()).stream()
                .map(consumer -> new RegistrationInfo(member, consumer, false));
    }

    JsonObject toJson() {
        JsonObject json = new JsonObject().put("version", version);
        if (place != null) {
            json.put("host", place.host()).put("port", place.port()).put("metadata", place.metadata());
        }
        JsonObject numbers = new JsonObject();
        consumers.forEach((address, those) -> {
            JsonArray array = new JsonArray();
            those.forEach(array::add);
            numbers.put(address, array);
        });
        return json.put("consumers", numbers);
    }

    /** Reads {@link #toJson}; throws a ClassCastException or a NullPointerException when it is none. */
    static Offer fromJson(JsonObject json) {
        Map<String, Set<Long>> consumers = new LinkedHashMap<>();
        JsonObject numbers = json.getJsonObject("consumers");
        for (String address : numbers.fieldNames()) {
            Set<Long> those = new LinkedHashSet<>();
            numbers.getJsonArray(address).forEach(number -> those.add(((Number) number).longValue()));
            consumers.put(address, those);
        }
        return new Offer(
                json.getLong("version"),
                json.containsKey("host")
                        ? new NodeInfo(json.getString("host"), json.getInteger("port"), json.getJsonObject("metadata"))
                        : null,
                consumers);
    }
}
