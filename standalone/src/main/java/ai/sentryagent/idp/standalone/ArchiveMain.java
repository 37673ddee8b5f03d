package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.standalone.dev.ClassArchive;
import ai.sentryagent.idp.standalone.dev.DevException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/** Archives the classes of a development run beside the jar, for the Java that this runs on: {@code DATA JAR}, DATA is lost. */
public final class ArchiveMain {
    private ArchiveMain() {}

    public static void main(String[] arguments) throws IOException {
        ClassArchive archive = new ClassArchive(
                Path.of(arguments[1]), ManagementFactory.getRuntimeMXBean().getInputArguments());
        try {
            archive.rehearse(RehearsalMain.class, Path.of(arguments[0]));
            archive.make();
        } catch (DevException e) {
            System.err.println("agentidp: " + e.getMessage());
            System.exit(1);
        }
    }
}
