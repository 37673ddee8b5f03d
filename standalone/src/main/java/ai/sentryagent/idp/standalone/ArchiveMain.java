package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.standalone.dev.ClassArchive;
import ai.sentryagent.idp.standalone.dev.DevException;
import ai.sentryagent.idp.standalone.dev.DevOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;

/**
 * Archives the classes of a development run beside the jar, for the Java that this runs on: {@code JAR DATA}, or {@code JAR
 * DATA --cluster} for an archive a process of a cluster. DATA is lost.
 */
public final class ArchiveMain {
    private static final List<String> ALONE = List.of("standalone");

    private ArchiveMain() {}

    public static void main(String[] arguments) throws IOException {
        Path jar = Path.of(arguments[0]);
        boolean cluster = arguments.length > 2;
        List<String> jvmOptions = ManagementFactory.getRuntimeMXBean().getInputArguments();
        // the gateway, which starts the others, is the last of them: once its archive is there, all are
        List<ClassArchive> archives = (cluster ? DevOptions.MODULES : ALONE)
                .stream()
                        .map(process -> new ClassArchive(jar, process, jvmOptions))
                        .toList();
        String[] rehearsal = List.of(arguments).subList(1, arguments.length).toArray(String[]::new);
        try {
            archives.get(archives.size() - 1).rehearse(RehearsalMain.class, rehearsal);
            for (ClassArchive archive : archives) {
                archive.make();
            }
        } catch (DevException e) {
            System.err.println("agentidp: " + e.getMessage());
            System.exit(1);
        }
    }
}
