package ai.sentryagent.idp.standalone.cluster;

import ai.sentryagent.idp.standalone.FreePort;
import ai.sentryagent.idp.standalone.Patience;
import ai.sentryagent.idp.standalone.dev.EmbeddedRedisServer;
import ai.sentryagent.idp.standalone.dev.Member;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A cluster of two processes of each kind, with a Redis that can be stopped. Its members come and go, the oldest first. */
final class TwoOfEach implements AutoCloseable {
    /** So that two of each migrate it at the same moment. */
    private final String database = TestServers.emptyDatabase();

    private final EmbeddedRedisServer redis = TestServers.newRedisServer();
    private final RunningCluster cluster = new RunningCluster(
                    Path.of("target", "two-of-each"), database, redis.url(), FreePort.next())
            .with(Map.of("JWKS_MAX_AGE_SECONDS", "2"));
    private final Map<String, Deque<Member>> living = new HashMap<>();
    private final Gateways gateways = new Gateways();
    private final Sender sender = new Sender();
    private @Nullable Traffic traffic;
    private int started;

    /** The gateways first, and when they wait for the rest, that. */
    void start() throws IOException, SQLException {
        List<String> modules = new ArrayList<>(RunningCluster.MODULES);
        Collections.reverse(modules);
        for (String module : modules) {
            add(module);
            add(module);
            if (module.equals("gateway")) {
                cluster.untilSaid(living(module).get(0).name(), "Keys could not be loaded", "tokens.keys");
            }
        }
        cluster.awaitReady();
        String administrator = administrator();
        for (String gateway : urls()) {
            // credential-service may be ready a moment before it has heard of the administrator
            Patience.until(
                    "the administrator's first token",
                    () -> sender.token(gateway, administrator, RunningCluster.ADMIN_SECRET, "tokens:read"),
                    Sent::isGood);
        }
    }

    /** Starts one more; {@link #awaitReady} says when it is there. */
    void add(String module) throws IOException {
        Member member = cluster.start(module, module + "-" + ++started);
        living.computeIfAbsent(module, unknown -> new ArrayDeque<>()).add(member);
        if (module.equals("gateway")) {
            gateways.add(member);
        }
    }

    void awaitReady() {
        cluster.awaitReady();
    }

    /** Those that were started and have not been taken. */
    List<Member> living(String module) {
        return List.copyOf(Objects.requireNonNull(living.get(module)));
    }

    /** The one that has been here longest, for somebody who is about to end it. */
    Member take(String module) {
        return Objects.requireNonNull(living.get(module)).remove();
    }

    /** The load on it, from when it is first asked for to the end. */
    Traffic traffic() throws SQLException {
        Traffic running = traffic;
        if (running == null) {
            running = new Traffic(gateways, administrator(), RunningCluster.ADMIN_SECRET);
            traffic = running;
        }
        return running;
    }

    /** Where the gateways are that live. */
    List<String> urls() {
        return living("gateway").stream().map(RunningCluster::url).toList();
    }

    RunningCluster members() {
        return cluster;
    }

    EmbeddedRedisServer redis() {
        return redis;
    }

    String database() {
        return database;
    }

    /** The first administrator's client id. */
    String administrator() throws SQLException {
        return Sql.select(database, "SELECT agent_id FROM agents.agents WHERE email = 'admin@agentidp.local'");
    }

    @Override
    public void close() throws IOException {
        try {
            if (traffic != null) {
                traffic.close();
            }
            gateways.close();
        } finally {
            cluster.close();
        }
    }
}
