package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import ai.sentryagent.idp.standalone.dev.EmbeddedRedisServer;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.io.IOException;
import java.sql.Connection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Health and metrics, and that neither they nor the log give a secret away. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OperationsTest {
    private static final Pattern SAMPLE = Pattern.compile("(?m)^(agentidp_[a-z_]+)(?:\\{([^}]*)})? ([0-9.eE+-]+)");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");

    private final CapturedLog log = CapturedLog.listening();
    private final String database = TestServers.freshDatabase();
    private final RunningProduct product = RunningProduct.start(Map.of("DATABASE_URL", database));
    private final Management management = Management.of(product);

    @AfterAll
    void stop() {
        product.close();
        log.ignore();
    }

    private record Sample(String name, Map<String, String> labels, double value) {}

    private List<Sample> samples() {
        Reply reply = product.send("GET", "/metrics", Map.of(), "");
        assertThat(reply.header("content-type")).startsWith("text/plain; version=0.0.4");
        return SAMPLE.matcher(reply.json().asText())
                .results()
                .map(found -> new Sample(
                        found.group(1),
                        labels(Objects.requireNonNullElse(found.group(2), "")),
                        Double.parseDouble(found.group(3))))
                .toList();
    }

    private static Map<String, String> labels(String text) {
        return LABEL.matcher(text)
                .results()
                .collect(Collectors.toMap(found -> found.group(1), found -> found.group(2)));
    }

    private double value(String name, Map<String, String> labels) {
        return samples().stream()
                .filter(sample -> sample.name().equals(name) && sample.labels().equals(labels))
                .mapToDouble(Sample::value)
                .sum();
    }

    @Test
    void healthSaysThatAllIsWell() {
        Reply reply = product.send("GET", "/health", Map.of(), "");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().toString())
                .matches("\\{\"status\":\"ok\",\"postgres\":\"connected\",\"redis\":\"connected\","
                        + "\"policy\":\"[0-9a-f]{12}\"}");
        assertThat(value("agentidp_policy", Map.of("version", reply.text("policy"))))
                .isEqualTo(1);
        for (String probe : List.of("/health/live", "/health/ready")) {
            assertThat(product.send("GET", probe, Map.of(), "").json().toString())
                    .isEqualTo("{\"status\":\"ok\"}");
        }
    }

    @Test
    void healthNamesWhatIsMissingAndTheProcessLivesOn() throws IOException {
        EmbeddedRedisServer redis = TestServers.newRedisServer();
        try (RunningProduct alone = RunningProduct.start(Map.of("REDIS_URL", redis.url()))) {
            assertThat(alone.send("GET", "/health", Map.of(), "").status()).isEqualTo(200);
            redis.close();
            Reply reply = Patience.until(
                    "health names Redis",
                    () -> alone.send("GET", "/health", Map.of(), ""),
                    answer -> answer.status() == 503);
            assertThat(reply.text("status")).isEqualTo("error");
            assertThat(reply.text("redis")).isEqualTo("disconnected");
            assertThat(reply.text("postgres")).isEqualTo("connected");
            assertThat(alone.send("GET", "/health/live", Map.of(), "").status()).isEqualTo(200);
        }
    }

    @Test
    void aGatewayWithoutAnyServiceIsNotWellAndSaysNothingOfPostgres() {
        try (RunningProduct gateway = RunningProduct.startGateway(Map.of())) {
            Reply reply = gateway.send("GET", "/health", Map.of(), "");
            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.text("status")).isEqualTo("error");
            assertThat(reply.text("postgres")).isEqualTo("unknown");
            assertThat(reply.text("redis")).isEqualTo("connected");
            assertThat(List.of("agents", "credentials", "tokens", "audit"))
                    .allSatisfy(service -> assertThat(reply.text(service)).isEqualTo("unreachable"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "agentidp_tokens_issued_total, scope, false",
        "agentidp_agents_registered_total, deployment_env, false",
        "agentidp_http_requests_total, method route status_code, false",
        "agentidp_http_request_duration_seconds, method route status_code, true",
        "agentidp_db_query_duration_seconds, operation, true",
        "agentidp_redis_command_duration_seconds, command, true"
    })
    void aMetricOfTheContractHasItsLabelsAndBuckets(String name, String labels, boolean histogram) {
        management.register();
        management.as(management.register(), "data:read");
        String sampled = histogram ? name + "_count" : name;
        assertThat(samples())
                .filteredOn(sample -> sample.name().equals(sampled))
                .isNotEmpty()
                .allSatisfy(sample -> assertThat(sample.labels().keySet()).isEqualTo(Set.of(labels.split(" ", -1))));
        if (histogram) {
            Set<Double> bounds = new TreeSet<>();
            samples().stream()
                    .filter(sample -> sample.name().equals(name + "_bucket"))
                    .map(sample -> sample.labels().get("le"))
                    .filter(bound -> !bound.equals("+Inf"))
                    .forEach(bound -> bounds.add(Double.valueOf(bound)));
            assertThat(bounds).containsExactly(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5);
        }
    }

    @Test
    void nothingElseOfOursIsMeasured() {
        Set<String> names = samples().stream()
                .map(sample -> sample.name().replaceFirst("_(bucket|count|sum|max)$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(names)
                .isSubsetOf(
                        "agentidp_tokens_issued_total",
                        "agentidp_agents_registered_total",
                        "agentidp_http_requests_total",
                        "agentidp_http_request_duration_seconds",
                        "agentidp_db_query_duration_seconds",
                        "agentidp_redis_command_duration_seconds",
                        "agentidp_revocation_propagation_seconds",
                        "agentidp_outage_seconds",
                        "agentidp_certificate_expiry_timestamp_seconds",
                        "agentidp_outbox_facts",
                        "agentidp_outbox_overdue_facts",
                        "agentidp_policy",
                        "agentidp_ready",
                        "agentidp_turn_wait_seconds",
                        "agentidp_subscription_lag");
    }

    @Test
    void howLongARevocationTakesIsMeasuredOnceAndTruly() throws Exception {
        String name = "agentidp_revocation_propagation_seconds";
        Management.Agent agent = management.register();
        double count = value(name + "_count", Map.of());
        double sum = value(name + "_sum", Map.of());
        double withinASecond = value(name + "_bucket", Map.of("le", "1.0"));
        CompletableFuture<Reply> answer;
        try (Connection held = Sql.hold(database, "LOCK TABLE tokens.revocations")) {
            answer = CompletableFuture.supplyAsync(() -> management.patch(agent.path(), "{\"status\":\"suspended\"}"));
            Patience.until("a mark that waits for a second and more", () -> Sql.select(
                            database,
                            """
                            SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                            AND wait_event_type = 'Lock' AND now() - query_start > interval '1.1 seconds'
                            """)
                    .equals("1"));
            held.rollback();
        }
        assertThat(answer.get().status()).isEqualTo(200);
        assertThat(value(name + "_count", Map.of())).isEqualTo(count + 1);
        assertThat(value(name + "_sum", Map.of()) - sum).isGreaterThan(1.1);
        assertThat(value(name + "_bucket", Map.of("le", "1.0"))).isEqualTo(withinASecond);
    }

    @Test
    void aTokenThatIsDeadAlreadyIsNoRevocation() {
        String count = "agentidp_revocation_propagation_seconds_count";
        Map<String, String> token = Map.of(
                "token", management.as(management.register(), "data:read").token());
        String revoker = management.token();
        double before = value(count, Map.of());
        for (int i = 0; i < 2; i++) {
            assertThat(product.form(revoker, "/api/v1/token/revoke", token).status())
                    .isEqualTo(200);
            assertThat(value(count, Map.of())).isEqualTo(before + 1);
        }
    }

    @Test
    void eachRequestCountsOnceUnderItsRoute() {
        Management.Agent agent = management.register();
        Map<String, String> labels = Map.of("method", "GET", "route", "/api/v1/agents/:id", "status_code", "200");
        double before = value("agentidp_http_requests_total", labels);
        double timed = value("agentidp_http_request_duration_seconds_count", labels);
        for (int i = 0; i < 7; i++) {
            management.get(agent.path());
        }
        assertThat(value("agentidp_http_requests_total", labels)).isEqualTo(before + 7);
        assertThat(value("agentidp_http_request_duration_seconds_count", labels))
                .isEqualTo(timed + 7);
    }

    @Test
    void idsAndUnknownPathsMakeNoLabelsOfTheirOwn() {
        Management.Agent agent = management.register();
        management.get(agent.path() + "/credentials");
        management.post(agent.credential() + "/rotate", "");
        management.get("/api/v1/agents/not-an-id");
        management.post(Management.AGENTS, " ".repeat(70_000));
        for (String unknown : List.of("/a", "/b/" + agent.id(), "/api/v1/agents/x/y/z", "/%22%7D", "/api/v1/token/x")) {
            product.send("GET", unknown, Map.of(), "");
        }
        product.send("BREW", "/health", Map.of(), "");
        product.send("BREW2", "/a", Map.of(), "");

        Set<String> known = new HashSet<>(Set.of("unknown"));
        RunningProduct.CONTRACT.methods().keySet().forEach(path -> known.add(path.replaceAll("\\{[^}]+}", ":id")));
        List<Sample> requests = samples().stream()
                .filter(sample -> sample.name().startsWith("agentidp_http_"))
                .toList();
        assertThat(requests).allSatisfy(sample -> {
            assertThat(known).contains(sample.labels().get("route"));
            assertThat(sample.labels().get("method"))
                    .isIn("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "other");
        });
        assertThat(requests).anySatisfy(sample -> assertThat(sample.labels())
                .containsAllEntriesOf(Map.of("route", "/api/v1/agents", "status_code", "413")));
        assertThat(requests).anySatisfy(sample -> assertThat(sample.labels())
                .containsAllEntriesOf(Map.of("route", "unknown", "status_code", "404")));
    }

    @Test
    void whatStrangersSendToNoOperationIsOneSeriesForEachStatusAndNoLine() {
        Map<String, String> id = Map.of("x-request-id", "of-a-stranger");
        for (String method : List.of("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")) {
            product.send(method, "/nowhere", id, "");
            if (!method.equals("GET")) {
                product.send(method, "/metrics", id, "");
                product.send(method, "/health/live", id, "");
            }
        }
        assertThat(product.send("GET", "/api/v1/agents", Map.of("x-request-id", "of-a-guest"), "")
                        .status())
                .isEqualTo(401);
        assertThat(samples())
                .filteredOn(sample -> sample.name().equals("agentidp_http_requests_total"))
                .filteredOn(
                        sample -> Set.of("404", "405").contains(sample.labels().get("status_code")))
                .filteredOn(sample -> Set.of("unknown", "/metrics", "/health/live")
                        .contains(sample.labels().get("route")))
                .extracting(Sample::labels)
                .containsExactlyInAnyOrder(
                        Map.of("method", "other", "route", "unknown", "status_code", "404"),
                        Map.of("method", "other", "route", "unknown", "status_code", "405"));
        assertThat(log.text()).contains("of-a-guest").doesNotContain("of-a-stranger");
    }

    /** Long forms fill the line of those who wait, whose places nobody pays for. */
    @Test
    void ofAFloodThatIsToldToComeAgainTheLogSaysLittle() throws Exception {
        String form = "grant_type=client_credentials&client_id=" + UUID.randomUUID() + "&client_secret=flood&x="
                + "a".repeat(60_000);
        String before = log.text();
        try (Connection held = Sql.hold(database, "LOCK TABLE credentials.clients")) {
            List<CompletableFuture<Reply>> flood = Stream.generate(() -> CompletableFuture.supplyAsync(
                            () -> product.send("POST", "/api/v1/token", "", "application/x-www-form-urlencoded", form),
                            each -> new Thread(each).start()))
                    .limit(400)
                    .toList();
            Patience.until(
                    "many are told so",
                    () -> flood.stream().filter(CompletableFuture::isDone).count(),
                    done -> done > 200);
            held.rollback();
            for (CompletableFuture<Reply> each : flood) {
                assertThat(each.get().status()).isIn(401, 429, 503);
            }
        }
        long lines = log.text()
                .substring(before.length())
                .lines()
                .filter(line -> line.contains("Request refused") && line.contains("503"))
                .count();
        assertThat(lines).isBetween(1L, 150L);
    }

    @Test
    void tokensAndAgentsAreCounted() {
        Map<String, String> scope = Map.of("scope", "data:read");
        Map<String, String> staging = Map.of("deployment_env", "staging");
        double tokens = value("agentidp_tokens_issued_total", scope);
        double agents = value("agentidp_agents_registered_total", staging);
        Management.Agent agent = management.register();
        management.as(agent, "data:read");
        management.as(agent, "data:read");
        product.token(agent.id(), agent.secret(), "other:read");
        management.post(Management.AGENTS, Management.registration().put("email", agent.email()));
        assertThat(value("agentidp_tokens_issued_total", scope)).isEqualTo(tokens + 2);
        assertThat(value("agentidp_agents_registered_total", staging)).isEqualTo(agents + 1);
    }

    @Test
    void aScopeThatIsLongHasNoLabelValueOfItsOwn() {
        OAuthCaller caller = new OAuthCaller(product);
        List<String> capabilities =
                IntStream.range(0, 20).mapToObj(i -> "warehouse" + i + ":read").toList();
        String scope = String.join(" ", capabilities);
        String notSoLong = scope.substring(0, scope.lastIndexOf(' ', 200));
        double others = value("agentidp_tokens_issued_total", Map.of("scope", "other"));
        OAuthCaller.Client client = caller.register(capabilities, List.of());
        caller.token(client, scope);
        caller.token(client, notSoLong);
        assertThat(value("agentidp_tokens_issued_total", Map.of("scope", "other")))
                .isEqualTo(others + 1);
        assertThat(value("agentidp_tokens_issued_total", Map.of("scope", scope)))
                .isZero();
        assertThat(value("agentidp_tokens_issued_total", Map.of("scope", notSoLong)))
                .isEqualTo(1);
    }

    @Test
    void neitherMetricsNorLogsHoldASecretOrAToken() {
        Set<String> secrets = new LinkedHashSet<>(List.of(management.token(), RunningProduct.ADMIN_SECRET));
        Management.Agent agent = management.register();
        secrets.add(agent.secret());
        secrets.add(management.as(agent, "").token());
        Reply rotated = management.post(agent.credential() + "/rotate", "{\"revokeTokens\":true}");
        secrets.add(rotated.text("clientSecret"));
        secrets.forEach(secret -> {
            product.token(agent.id(), secret, "");
            new Management(product, secret).get("/api/v1/agents/" + secret + "?" + secret + "=1");
            management.post(Management.AGENTS, "{\"" + secret + "\":\"" + secret + "\"");
            product.send("GET", "/" + secret, Map.of("x-request-id", "a " + secret), "");
        });
        management.delete(agent.path());

        String written = log.text()
                + product.send("GET", "/metrics", Map.of(), "").json().asText();

        assertThat(log.text()).contains("Request refused");
        assertThat(secrets).allSatisfy(secret -> assertThat(written).doesNotContain(secret));
        Matcher leak = Pattern.compile("sk_live_[0-9a-f]|eyJ[A-Za-z0-9_-]{10}|BEGIN [A-Z ]*KEY|\\$2[aby]\\$")
                .matcher(written);
        assertThat(leak.find()).isFalse();
    }
}
