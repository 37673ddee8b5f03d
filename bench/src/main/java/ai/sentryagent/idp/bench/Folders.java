package ai.sentryagent.idp.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where things are.
 *
 * @param bench this module's folder
 */
record Folders(Path bench) {
    static Folders ofProperties() {
        return new Folders(Path.of(System.getProperty("bench.home", "bench")).toAbsolutePath());
    }

    Path launcher() {
        return bench.resolveSibling("agentidp");
    }

    Path target() {
        return bench.resolve("target");
    }

    /** Of this machine, made by {@code bench/run}; Java trusts it. */
    Path certificate() {
        return target().resolve("tls/certificate.pem");
    }

    Path privateKey() {
        return target().resolve("tls/key.pem");
    }

    /** What a contender keeps. */
    Path data(String contender) {
        return target().resolve("data").resolve(contender);
    }

    /** What a contender writes to the terminal. */
    Path log(String contender) throws IOException {
        return Files.createDirectories(target().resolve("logs")).resolve(contender + ".log");
    }
}
