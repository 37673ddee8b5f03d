package ai.sentryagent.idp.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Loads a contender and reads what that costs. */
final class Meter {
    /** A contender is at rest when none of its processes uses more than a tenth of a core: heartbeats are no requests. */
    private static final double REST = 0.1;

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final int MOST_LOOKS = 120;
    private static final int SPELL_SECONDS = 15;

    private final Wrk wrk;
    private final Options options;

    Meter(Wrk wrk, Options options) {
        this.wrk = wrk;
        this.options = options;
    }

    /**
     * Warms it up, lets it come to rest, loads it and lets it come to rest again: work that is put off until after the
     * answer belongs to the request, too.
     */
    Measurement measure(Running running, Row row) throws IOException {
        Request request = running.request(row);
        request.ask();
        warm(request, row);
        awaitRest(running);
        Map<Part, Long> before = cpu(running);
        long loadBefore = ProcessTree.endedChildrenMillis();
        Wrk.Load load = wrk.run(request, row, options.seconds());
        double loadMillis = ProcessTree.endedChildrenMillis() - loadBefore;
        double busyAfter = awaitRest(running);
        Map<Part, Double> cpu = new EnumMap<>(Part.class);
        cpu(running)
                .forEach((part, millis) ->
                        cpu.put(part, (millis - before.getOrDefault(part, 0L)) / (double) load.requests()));
        request.ask();
        return new Measurement(
                load.requests() / load.seconds(),
                load.p50Millis(),
                load.p99Millis(),
                load.errors(),
                cpu,
                loadMillis / load.requests(),
                busyAfter);
    }

    private void warm(Request request, Row row) throws IOException {
        Warmth warmth = new Warmth();
        for (int left = options.warmup(); left > 0 && !warmth.isSteady(); left -= SPELL_SECONDS) {
            Wrk.Load spell = wrk.run(request, row, Math.min(left, SPELL_SECONDS));
            warmth.add(spell.requests() / spell.seconds());
        }
    }

    /** In seconds, which a contender that does not come to rest makes many. */
    private static double awaitRest(Running running) throws IOException {
        double busy = 0;
        for (int i = 0; i < MOST_LOOKS; i++) {
            Map<Long, Long> before = ofEach(running);
            long began = System.nanoTime();
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
            double seconds = (System.nanoTime() - began) / 1e9;
            long busiest = ofEach(running).entrySet().stream()
                    .mapToLong(process -> process.getValue() - before.getOrDefault(process.getKey(), 0L))
                    .max()
                    .orElse(0);
            if (busiest / 1e3 < REST * seconds) {
                return busy;
            }
            busy += seconds;
        }
        return busy;
    }

    private static Map<Long, Long> ofEach(Running running) throws IOException {
        Map<Long, Long> all = new HashMap<>();
        for (long root : running.processes().values()) {
            all.putAll(ProcessTree.cpuMillisOfEach(root));
        }
        return all;
    }

    private static Map<Part, Long> cpu(Running running) throws IOException {
        Map<Part, Long> cpu = new EnumMap<>(Part.class);
        for (Map.Entry<Part, Long> root : running.processes().entrySet()) {
            cpu.put(root.getKey(), ProcessTree.cpuMillis(root.getValue()));
        }
        return cpu;
    }
}
