package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.standalone.dev.CertificateAuthority;
import ai.sentryagent.idp.standalone.dev.ClassArchive;
import ai.sentryagent.idp.standalone.dev.DevException;
import ai.sentryagent.idp.standalone.dev.DevOptions;
import ai.sentryagent.idp.standalone.dev.Member;
import ai.sentryagent.idp.standalone.dev.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The processes of {@code dev --cluster} beside the one that was started, which is the first gateway itself. They end with
 * it, however it ends.
 */
final class DevCluster implements AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofMinutes(3);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final CertificateAuthority authority = new CertificateAuthority(Instant.now());
    private final List<Member> members = new ArrayList<>();
    private final Map<String, String> settings;
    private final Path folder;
    private final List<String> jvmOptions;

    /**
     * A cluster in which nobody is yet.
     *
     * @param folder where the members' logs go
     * @param jvmOptions of the first gateway; the others get the same, and archives of their own
     */
    DevCluster(Map<String, String> environment, Path folder, List<String> jvmOptions) {
        this.settings = new HashMap<>(environment);
        this.folder = folder;
        this.jvmOptions = jvmOptions;
        settings.put("CLUSTER_HOST", "127.0.0.1");
        settings.put("CLUSTER_PORT", "0");
        settings.put("BUS_PORT", "0");
        settings.putIfAbsent("ISSUER_URL", DevEnvironment.url(environment)); // one issuer, whoever answers
        settings.keySet().removeIf(name -> name.startsWith("LEAVE_AFTER"));
        settings.put("LEAVE_AFTER_SECONDS", "0"); // all go together
    }

    /** What the member of this name is told, to join the others. */
    Map<String, String> settingsOf(String name) {
        Map<String, String> own = new HashMap<>(settings);
        own.putAll(authority.member(name));
        return own;
    }

    /** Starts all services, and every gateway but the first. */
    void start(DevOptions options) throws IOException {
        for (String module : DevOptions.MODULES) {
            int count = options.scale().getOrDefault(module, 1);
            for (int i = module.equals("gateway") ? 2 : 1; i <= count; i++) {
                start(module, module + "-" + i);
            }
        }
    }

    /**
     * Waits until all that were started can take traffic.
     *
     * @param unlessSo gives up at once when it is so
     */
    void awaitReady(BooleanSupplier unlessSo) throws IOException {
        long end = System.nanoTime() + READY_WITHIN.toNanos();
        for (Member member : members) {
            while (!member.isReady()) {
                if (member.hasDied() || System.nanoTime() > end) {
                    throw new DevException(member.name()
                            + (member.hasDied() ? " has ended" : " is not ready after a long time")
                            + "; its log is " + folder.resolve(member.name() + ".log"));
                }
                if (unlessSo.getAsBoolean()) {
                    throw new CancellationException("Nobody waits any more");
                }
                LockSupport.parkNanos(LOOK_EVERY.toNanos());
            }
        }
    }

    /** Says which of them has ended though nobody told it to. */
    void onDeath(Consumer<String> said) {
        members.forEach(member -> member.onDeath(() -> said.accept(
                member.name() + " has ended by itself; its log is " + folder.resolve(member.name() + ".log"))));
    }

    /** Where their metrics are. */
    List<String> metrics() {
        return members.stream().map(Member::metricsUrl).toList();
    }

    /** A line a process, for the person at the terminal. */
    List<String> processes() {
        return members.stream()
                .map(member -> member.name() + " (process " + member.pid()
                        + member.port().map(port -> ", port " + port).orElse("") + ")")
                .toList();
    }

    /** Whoever asks is told to go before whoever answers. */
    @Override
    public void close() throws IOException {
        for (int i = members.size() - 1; i >= 0; i--) {
            members.get(i).terminate();
        }
        List<String> late = new ArrayList<>();
        for (Member member : members) {
            try {
                member.awaitEnd();
            } catch (IOException e) { // it has been killed
                late.add(String.valueOf(e.getMessage()));
            }
        }
        if (!late.isEmpty()) {
            throw new IOException(String.join("; ", late));
        }
    }

    private void start(String module, String name) throws IOException {
        Map<String, String> own = settingsOf(name);
        if (module.equals("gateway")) {
            own.put("PORT", String.valueOf(Ports.free()));
        }
        Path log = folder.resolve(name + ".log");
        members.add(Member.start(module, name, own, log, ClassArchive.optionsOf(module, jvmOptions)));
    }
}
