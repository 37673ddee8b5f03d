package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.runtime.ServiceProcess;
import ai.sentryagent.idp.standalone.dev.ClassArchive;
import ai.sentryagent.idp.standalone.dev.DevException;
import ai.sentryagent.idp.standalone.dev.DevOptions;
import ai.sentryagent.idp.standalone.dev.DevServers;
import ai.sentryagent.idp.standalone.dev.Member;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Archives the classes of each jar, beside it, for the Java that this runs on: {@code DATA JAR...}, where DATA is a folder
 * that may be lost. Which they are is seen in a run, for which it brings a Postgres and a Redis itself.
 */
public final class ArchiveMain {
    private static final String STANDALONE = "standalone.jar";

    /** What this runs with, and all that has no options of its own. */
    private static final List<String> OPTIONS =
            ManagementFactory.getRuntimeMXBean().getInputArguments();

    private ArchiveMain() {}

    public static void main(String[] arguments) throws IOException {
        Path data = Path.of(arguments[0]);
        Map<String, ClassArchive> archives = new TreeMap<>();
        Stream.of(arguments)
                .skip(1)
                .map(Path::of)
                .forEach(jar -> archives.put(String.valueOf(jar.getFileName()), archive(jar)));
        try {
            if (archives.containsKey(STANDALONE)) {
                archives.get(STANDALONE).rehearse(RehearsalMain.class, data);
            }
            if (!archives.keySet().equals(Set.of(STANDALONE))) {
                rehearse(archives, data);
            }
            for (ClassArchive archive : archives.values()) {
                archive.make();
            }
        } catch (DevException e) {
            System.err.println("agentidp: " + e.getMessage());
            System.exit(1);
        }
        System.exit(0);
    }

    /** A module's own options lie beside its jar. */
    private static ClassArchive archive(Path jar) {
        return new ClassArchive(
                jar, jar.endsWith(STANDALONE) ? OPTIONS : List.of("@" + jar.resolveSibling("jvm.options")));
    }

    /** Runs a whole cluster, in which those that are to be archived run from their own jars. */
    private static void rehearse(Map<String, ClassArchive> archives, Path data) throws IOException {
        // the second gateway is the first that is a process of its own
        DevOptions all = new DevOptions(Member.freePort(), data, true, true, Map.of("gateway", 2));
        try (DevServers servers = DevServers.start(data, true)) {
            Map<String, String> environment = new HashMap<>(DevEnvironment.of(all, servers));
            try (DevCluster cluster = new DevCluster(environment, data, module -> {
                ClassArchive archive = archives.get(module + ".jar");
                return archive == null ? Member.arguments(module, OPTIONS) : archive.rehearsal();
            })) {
                cluster.start(all);
                ServiceProcess guest = ServiceProcess.join(cluster.settingsOf("guest"), settings -> List.of())
                        .await();
                cluster.awaitReady(() -> false);
                environment.put("PORT", cluster.gatewayPort());
                RehearsalMain.askForTokens(guest, environment);
                guest.stop().await();
            }
        }
    }
}
