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
    private static final String ALONE = "standalone";

    private ArchiveMain() {}

    public static void main(String[] arguments) throws IOException {
        Path jar = Path.of(arguments[0]);
        List<String> rehearsal = List.of(arguments).subList(1, arguments.length);
        boolean cluster = rehearsal.contains("--cluster");
        List<String> jvmOptions = ManagementFactory.getRuntimeMXBean().getInputArguments();
        ClassArchive ofTheFirst = new ClassArchive(jar, cluster ? ClassArchive.GATEWAY : ALONE, jvmOptions);
        try {
            ofTheFirst.rehearse(RehearsalMain.class, rehearsal.toArray(String[]::new));
            if (cluster) {
                for (String module : DevOptions.MODULES) {
                    if (!module.equals(ClassArchive.GATEWAY)) {
                        new ClassArchive(jar, module, jvmOptions).make();
                    }
                }
            }
            ofTheFirst.make(); // last: once it is there, all are
        } catch (DevException e) {
            System.err.println("agentidp: " + e.getMessage());
            System.exit(1);
        }
    }
}
