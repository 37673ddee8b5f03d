package ai.sentryagent.idp.standalone.dev;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.model.OsArchitecture;

/**
 * The servers' programs, which come inside Maven artifacts, each unpacked once into a folder.
 *
 * <p>Only the artifacts' contents are used. The libraries around them cannot give a server a password before it first
 * listens, make folders that everyone can write, and stop a server in a shutdown hook of theirs while ours still needs it.
 *
 * @param folder exists, without symbolic links on the way, and nobody else can write there
 */
record Programs(Path folder) {
    private static final int EXECUTABLE = 0100;

    /** What this machine's Postgres archive is called, in the artifacts of every version. */
    private static String postgresArchive() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        String machine =
                switch (System.getProperty("os.arch")) {
                    case "amd64", "x86_64" -> "x86_64";
                    case "aarch64", "arm64" -> "arm_64";
                    default -> System.getProperty("os.arch");
                };
        return "postgres-" + system + "-" + machine + ".txz";
    }

    /** The folder of the Postgres on the class path: {@code bin}, {@code lib}, {@code share}. */
    Path postgres() throws IOException {
        return unpacked("postgres", Programs.class.getResource("/" + postgresArchive()), Programs::untar);
    }

    /** The program of Redis that runs on this machine. */
    Path redis() throws IOException {
        OsArchitecture machine = OsArchitecture.detectOSandArchitecture();
        // The 64-bit build for Linux needs a recent OpenSSL on the machine. The 32-bit build needs nothing.
        List<OsArchitecture> candidates = machine.equals(OsArchitecture.UNIX_x86_64)
                ? List.of(machine, OsArchitecture.UNIX_x86)
                : List.of(machine);
        StringBuilder complaints = new StringBuilder();
        for (OsArchitecture candidate : candidates) {
            String resource = ExecutableProvider.newProvidedVersionsMap().get(candidate);
            URL source = resource == null ? null : Programs.class.getResource(resource);
            Path program = unpacked("redis", source, Programs::copy).resolve("redis-server");
            Command check = Command.run(folder, List.of(program.toString(), "--version"));
            if (check.succeeded()) {
                return program;
            }
            complaints.append('\n').append(check.output());
        }
        throw new DevException("The Redis that comes along does not run on this machine"
                + " (on a Mac it needs OpenSSL: brew install openssl@3):" + complaints);
    }

    private interface Unpacking {
        void unpack(InputStream source, Path target) throws IOException;
    }

    private Path unpacked(String name, @Nullable URL source, Unpacking unpacking) throws IOException {
        if (source == null) {
            throw new DevException("No " + name + " comes along for " + System.getProperty("os.name") + " on "
                    + System.getProperty("os.arch") + ": Linux and macOS on amd64 and arm64 are served");
        }
        // The checksum stands in the jar's directory, so that a later start need not read the archive to know its
        // version.
        JarEntry entry = ((JarURLConnection) source.openConnection()).getJarEntry();
        Path target = folder.resolve(name + "-" + Long.toHexString(entry.getCrc()));
        if (Files.exists(target)) {
            return target;
        }
        Path fresh = Files.createTempDirectory(folder, name);
        try (InputStream in = new BufferedInputStream(source.openStream())) {
            unpacking.unpack(in, fresh);
        }
        try {
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.exists(target)) {
                throw e;
            }
            // Another process was faster, with the same contents.
            Tree.delete(fresh);
        }
        return target;
    }

    private static void copy(InputStream program, Path target) throws IOException {
        Path file = target.resolve("redis-server");
        Files.copy(program, file);
        makeExecutable(file);
    }

    private static void untar(InputStream archive, Path target) throws IOException {
        TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(archive));
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            Path file = entry.resolveIn(target);
            if (entry.isDirectory()) {
                Files.createDirectories(file);
                continue;
            }
            Files.createDirectories(file.getParent());
            if (entry.isSymbolicLink()) {
                Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
            } else {
                Files.copy(tar, file);
                if ((entry.getMode() & EXECUTABLE) != 0) {
                    makeExecutable(file);
                }
            }
        }
    }

    private static void makeExecutable(Path file) throws IOException {
        if (!file.toFile().setExecutable(true)) {
            throw new IOException("Cannot make " + file + " executable");
        }
    }
}
