package ai.sentryagent.idp.standalone.cluster;

import ai.sentryagent.idp.runtime.config.PemText;
import ai.sentryagent.idp.standalone.FreePort;
import ai.sentryagent.idp.standalone.Patience;
import ai.sentryagent.idp.standalone.dev.CertificateAuthority;
import ai.sentryagent.idp.standalone.dev.DevOptions;
import ai.sentryagent.idp.standalone.dev.Member;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Gateway and services as processes of their own, with a database and a Redis of their own. */
final class RunningCluster implements AutoCloseable {
    static final String ADMIN_SECRET = "sk_live_" + "0123456789abcdef".repeat(4);
    static final List<String> MODULES = DevOptions.MODULES;
    private static final long READY_WITHIN_NANOS = 240_000_000_000L;
    private static final long LOOK_EVERY_NANOS = 100_000_000L;

    private final CertificateAuthority authority = new CertificateAuthority(Instant.now());
    private final List<Member> members = new ArrayList<>();
    private final Map<String, String> settings = new HashMap<>();
    private final Path logs;

    /** @param port of the first gateway, and of no other */
    RunningCluster(Path logs, String database, int port) {
        this(logs, database, TestServers.freshRedis(), port);
    }

    RunningCluster(Path logs, String database, String redis, int port) {
        this.logs = logs;
        replaceSigningKey();
        settings.putAll(Map.of(
                "DATABASE_URL",
                database,
                "REDIS_URL",
                redis,
                "CLUSTER_HOST",
                "127.0.0.1",
                "CLUSTER_PORT",
                "0",
                "BUS_PORT",
                "0",
                "BOOTSTRAP_CLIENT_SECRET",
                ADMIN_SECRET));
        settings.putAll(Map.of(
                "HOST",
                "127.0.0.1",
                "PORT",
                String.valueOf(port),
                "ISSUER_URL",
                "http://127.0.0.1:" + port,
                "SECRET_PEPPER",
                "5a".repeat(32),
                "RATE_LIMIT_MAX_REQUESTS",
                "0",
                "MAX_TOKENS_PER_MONTH",
                "0",
                "POLICY_DIR",
                Path.of("..", "policies").toString()));
    }

    /** For members that start from now on. */
    RunningCluster with(Map<String, String> more) {
        settings.putAll(more);
        return this;
    }

    /** Another one for members that start from now on. */
    void replaceSigningKey() {
        KeyPair key = key();
        settings.put(
                "JWT_PRIVATE_KEY", PemText.write("PRIVATE KEY", key.getPrivate().getEncoded()));
        settings.put(
                "JWT_PUBLIC_KEY", PemText.write("PUBLIC KEY", key.getPublic().getEncoded()));
    }

    /** A copy of the policies for members that start from now on, to be changed. */
    Path ownPolicies() throws IOException {
        Path data = Files.createDirectories(logs.resolve("policies").resolve("data"));
        Path copy = data.resolve("scopes.json");
        Files.copy(Path.of("..", "policies", "data", "scopes.json"), copy, StandardCopyOption.REPLACE_EXISTING);
        settings.put("POLICY_DIR", logs.resolve("policies").toString());
        return copy;
    }

    Member start(String module, String name) throws IOException {
        return start(module, name, identity(name));
    }

    /** With which a member of this name may join. */
    Map<String, String> identity(String name) {
        return authority.member(name);
    }

    /** @param identity with whatever else is only its own */
    Member start(String module, String name, Map<String, String> identity) throws IOException {
        Map<String, String> own = new HashMap<>(settings);
        own.putAll(identity);
        if (module.equals("gateway")
                && members.stream().anyMatch(one -> one.port().isPresent())) {
            own.put("PORT", String.valueOf(FreePort.next()));
        }
        own.put("MANAGEMENT_PORT", String.valueOf(FreePort.next()));
        Files.deleteIfExists(log(name)); // what an earlier run left would be read as this one's
        List<String> java = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx192m");
        Member member = Member.start(module, name, own, log(name), java);
        members.add(member);
        return member;
    }

    /** Where a gateway is to be asked. */
    static String url(Member gateway) {
        return "http://127.0.0.1:" + gateway.port().orElseThrow();
    }

    /** Waits until this member's log has a line with all of these words. */
    void untilSaid(String name, String... words) throws IOException {
        Patience.untilWithin(
                Duration.ofMinutes(2),
                name + " says " + List.of(words),
                () -> Files.readAllLines(log(name)),
                lines -> lines.stream().anyMatch(line -> Stream.of(words).allMatch(line::contains)));
    }

    Path log(String name) throws IOException {
        return Files.createDirectories(logs).resolve(name + ".log");
    }

    /** Fails when one of them does not become ready. */
    void awaitReady() {
        long end = System.nanoTime() + READY_WITHIN_NANOS;
        for (Member member : members) {
            while (!member.isReady() && (member.isAlive() || member.hasDied())) {
                if (member.hasDied() || System.nanoTime() > end) {
                    throw new AssertionError("Not ready: " + member.name() + "\n" + tail(member.name()));
                }
                LockSupport.parkNanos(LOOK_EVERY_NANOS);
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Member member : members) {
            member.kill();
        }
        for (Member member : members) {
            member.awaitEnd();
        }
    }

    private String tail(String name) {
        try (Stream<String> lines = Files.lines(log(name))) {
            List<String> all = lines.toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - 5), all.size()));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static KeyPair key() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2_048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
