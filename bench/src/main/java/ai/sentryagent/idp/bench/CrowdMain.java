package ai.sentryagent.idp.bench;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** {@code bench/crowd}: what happens when many agents ask for their first token at once. */
public final class CrowdMain {
    private static final List<String> TOPOLOGIES = List.of(AgentIdp.ONE, AgentIdp.FIVE);
    private static final int WARM = 32;
    private static final Duration WARMUP = Duration.ofSeconds(60);
    private static final Duration SETTLED = Duration.ofSeconds(2);
    private static final Duration USUAL = Duration.ofSeconds(10);

    private CrowdMain() {}

    /** Loads the agents, restarts the product, so that nothing of them is in memory, and lets them come. */
    public static void main(String[] words) {
        try {
            Arguments arguments = Arguments.parse(
                    List.of(words), Map.of("--topology", AgentIdp.ONE, "--agents", "100000", "--crowd", "5000"));
            String topology = arguments.text("--topology");
            int agents = arguments.number("--agents");
            int crowd = arguments.number("--crowd");
            if (!TOPOLOGIES.contains(topology)) {
                throw new IllegalArgumentException(
                        "--topology is one of " + String.join(", ", TOPOLOGIES) + ", and not " + topology);
            }
            if (agents < crowd + WARM) {
                throw new IllegalArgumentException("--agents must be " + (crowd + WARM) + " or more: the crowd and "
                        + WARM + " that are there already");
            }
            Children.use(children -> run(children, topology, agents, crowd));
        } catch (IllegalArgumentException e) {
            Arguments.refuse(e);
        }
    }

    private static void run(Children children, String topology, int agents, int crowd) throws IOException {
        Folders folders = Folders.ofProperties();
        AgentIdp product = AgentIdp.of(topology, folders);
        product.prepare(children);
        List<Login> logins;
        try (Running running = product.start(children)) {
            System.err.println("registering agents with what has started in " + running.start());
            logins = new Loader(product.url(), product.administrator()).load(agents, crowd + WARM);
        }
        try (Running running = product.start(children)) {
            System.err.println("waiting for the usual with what has started in " + running.start());
            String report = crowd(product.url(), agents, logins);
            Files.writeString(folders.target().resolve("crowd.md"), report);
            System.out.print(report);
        }
    }

    private static String crowd(URI url, int agents, List<Login> logins) {
        TokenClient.Endpoint endpoint = new TokenClient.Endpoint(
                url.getHost(), url.getPort(), url.resolve("/api/v1/token").getPath());
        Crowd.rehearse(endpoint, logins.subList(WARM, logins.size()));
        try (WarmLoad warm = new WarmLoad(endpoint, logins.subList(0, WARM))) {
            LockSupport.parkNanos(WARMUP.toNanos());
            System.gc(); // now, rather than while it counts
            LockSupport.parkNanos(SETTLED.toNanos());
            long collections = collections();
            long before = System.nanoTime();
            LockSupport.parkNanos(USUAL.toNanos());
            long begin = System.nanoTime();
            Crowd crowd = Crowd.ask(endpoint, logins.subList(WARM, logins.size()));
            long end = crowd.ended();
            WarmLoad.Seen usual = warm.between(before, begin);
            WarmLoad.Seen meanwhile = warm.between(begin, end);
            return String.format(
                    Locale.ROOT,
                    """
                    | %d of %d agents ask for their first token at once | |
                    |---|---:|
                    | got a token | %d |
                    | answers 503 with Retry-After, after which they came again | %d |
                    | no answer within %d s | %d |
                    | other failures | %d |
                    | last token after | %.1f s |
                    | p99 of %d warm connections before, meanwhile | %.0f ms, %.0f ms |
                    | their tokens a second before, meanwhile | %.0f, %.0f |
                    | their failures before, meanwhile | %d, %d |
                    | collections of this client in that time, in which nobody measures | %d |
                    """,
                    logins.size() - WARM,
                    agents,
                    crowd.tokens.get(),
                    crowd.toldToComeAgain.get(),
                    TokenClient.PATIENCE.toSeconds(),
                    crowd.timeouts.get(),
                    crowd.failures.get(),
                    (end - begin) / 1e9,
                    WARM,
                    usual.p99Millis(),
                    meanwhile.p99Millis(),
                    usual.tokens() / ((begin - before) / 1e9),
                    meanwhile.tokens() / ((end - begin) / 1e9),
                    usual.failures(),
                    meanwhile.failures(),
                    collections() - collections);
        }
    }

    /** Of garbage, so far. */
    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }
}
