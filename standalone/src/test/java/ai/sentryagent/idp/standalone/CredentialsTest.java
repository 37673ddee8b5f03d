package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The life of a credential: made, used, rotated, expired, revoked. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CredentialsTest {
    private static final Pattern PAGES_READ = Pattern.compile(
            "(?m)^agentidp_db_query_duration_seconds_count\\{operation=\"credentials.page\",?} ([0-9.]+)$");

    private final String database = TestServers.freshDatabase();
    private final RunningProduct product =
            RunningProduct.start(Map.of("DATABASE_URL", database, "ISSUER_URL", "http://localhost"));
    private final Management management = Management.of(product);

    @AfterAll
    void stop() {
        product.close();
    }

    @Test
    void aSecretIsShownOnceAndIsNeverTheSame() {
        Management.Agent agent = management.register();
        Reply second = management.post(agent.path() + "/credentials", "{}");
        assertThat(second.header("cache-control")).isEqualTo("no-store");
        assertThat(List.of(agent.secret(), second.text("clientSecret")))
                .allMatch(secret -> secret.matches("sk_live_[0-9a-f]{64}"))
                .doesNotHaveDuplicates();
        Reply list = management.get(agent.path() + "/credentials");
        assertThat(list.json().path("data")).hasSize(2);
        assertThat(list.json().at("/data/0/credentialId").asText()).isEqualTo(second.text("credentialId"));
        assertThat(list.json().toString()).doesNotContain("sk_live", "$2", "secret", "hash", "epoch");
        assertThat(works(agent, agent.secret())).isTrue();
        assertThat(works(agent, second.text("clientSecret"))).isTrue();
    }

    @Test
    void aCredentialExpiresAtItsMomentAndNotBefore() {
        Management.Agent agent = management.register();
        Instant end = Instant.now().plusSeconds(4).truncatedTo(ChronoUnit.SECONDS);
        Reply made = management.post(agent.path() + "/credentials", "{\"expiresAt\":\"" + end + "\"}");
        assertThat(made.status()).isEqualTo(201);
        assertThat(Instant.parse(made.text("expiresAt"))).isEqualTo(end);
        String secret = made.text("clientSecret");

        assertDiesAt(end, () -> works(agent, secret));

        assertThat(ids(agent, "expired")).containsExactly(made.text("credentialId"));
        assertThat(ids(agent, "active")).containsExactly(agent.credentialId());
        Reply rotated = management.post(path(agent, made) + "/rotate", "");
        assertThat(rotated.status()).isEqualTo(409);
        assertThat(management.delete(path(agent, made)).status()).isEqualTo(204);
        assertThat(ids(agent, "expired")).isEmpty();
        assertThat(ids(agent, "revoked")).containsExactly(made.text("credentialId"));
    }

    @Test
    void anExpiryInAnyOffsetIsTheSameMoment() {
        Management.Agent agent = management.register();
        Reply made = management.post(agent.path() + "/credentials", "{\"expiresAt\":\"2099-01-01T02:00:00.5+02:00\"}");
        assertThat(made.text("expiresAt")).isEqualTo("2099-01-01T00:00:00.500Z");
    }

    @Test
    void rotateKillsTheOldSecretAtOnceAndKeepsIdAndTokens() {
        Management.Agent agent = management.register();
        String token = management.as(agent, "").token();
        Reply rotated = management.post(agent.credential() + "/rotate", "");
        assertThat(rotated.text("credentialId")).isEqualTo(agent.credentialId());
        assertThat(rotated.header("cache-control")).isEqualTo("no-store");
        assertThat(works(agent, agent.secret())).isFalse();
        assertThat(works(agent, rotated.text("clientSecret"))).isTrue();
        assertThat(management.isActive(token)).isTrue();
    }

    @Test
    void anOverlapKeepsTheOldSecretExactlyThatLong() {
        Management.Agent agent = management.register();
        Instant asked = Instant.now();
        Reply rotated = management.post(agent.credential() + "/rotate", "{\"overlapSeconds\":3}");
        assertThat(works(agent, rotated.text("clientSecret"))).isTrue();

        Instant died = firstFailure(() -> works(agent, agent.secret()));

        assertThat(died).isAfterOrEqualTo(asked.plusSeconds(3));
        assertThat(works(agent, agent.secret())).isFalse();
        assertThat(works(agent, rotated.text("clientSecret"))).isTrue();
    }

    @Test
    void aSecondRotationEndsTheOverlapOfTheFirst() {
        Management.Agent agent = management.register();
        Reply first = management.post(agent.credential() + "/rotate", "{\"overlapSeconds\":86400}");
        assertThat(works(agent, agent.secret())).isTrue();
        Reply second = management.post(agent.credential() + "/rotate", "{\"overlapSeconds\":0}");
        assertThat(works(agent, agent.secret())).isFalse();
        assertThat(works(agent, first.text("clientSecret"))).isFalse();
        assertThat(works(agent, second.text("clientSecret"))).isTrue();
    }

    @Test
    void revokeTokensKillsWhatWasIssuedThroughThisCredentialAndNothingElse() {
        Management.Agent agent = management.register();
        Management.Agent other =
                management.withCredential(management.get(agent.path()).json(), "");
        String token = management.as(agent, "").token();
        String others = management.as(other, "").token();
        Reply rotated = management.post(agent.credential() + "/rotate", "{\"revokeTokens\":true}");
        assertThat(rotated.status()).isEqualTo(200);
        assertThat(management.isActive(token)).isFalse();
        assertThat(management.isActive(others)).isTrue();
        assertThat(product.token(agent.id(), rotated.text("clientSecret"), "").status())
                .isEqualTo(200);
    }

    /** And so it does not wait for whoever would have to hear of tokens that die. */
    @Test
    void whereNoTokenIsToDieThereIsNothingToWaitFor() throws Exception {
        Management.Agent agent = management.register();
        Management.Agent suspended = management.register();
        CompletableFuture<Reply> ahead;
        try (Connection held = Sql.hold(database, "LOCK TABLE tokens.revocations")) {
            ahead = CompletableFuture.supplyAsync(
                    () -> management.patch(suspended.path(), "{\"status\":\"suspended\"}"));
            Patience.until(
                    "a revocation that waits",
                    () -> Sql.number(
                            database,
                            """
                            SELECT count(*) FROM pg_stat_activity
                            WHERE datname = current_database() AND wait_event_type = 'Lock'
                            """),
                    waiting -> waiting > 0);
            assertThat(management
                            .post(agent.credential() + "/rotate", "{\"revokeTokens\":true}")
                            .status())
                    .isEqualTo(202);
            assertThat(management.post(agent.credential() + "/rotate", "").status())
                    .isEqualTo(200);
            held.rollback();
        }
        assertThat(ahead.get().status()).isIn(200, 202);
    }

    @Test
    void aRevokedCredentialIsOver() {
        Management.Agent agent = management.register();
        String token = management.as(agent, "").token();
        assertThat(management.delete(agent.credential()).status()).isEqualTo(204);
        assertThat(works(agent, agent.secret())).isFalse();
        assertThat(management.isActive(token)).isFalse();
        JsonNode listed = management.get(agent.path() + "/credentials").json().at("/data/0");
        assertThat(listed.path("status").asText()).isEqualTo("revoked");
        assertThat(listed.has("revokedAt")).isTrue();
        for (Reply again :
                List.of(management.post(agent.credential() + "/rotate", ""), management.delete(agent.credential()))) {
            assertThat(again.status()).isEqualTo(409);
            assertThat(again.text("code")).isEqualTo("CREDENTIAL_ALREADY_REVOKED");
        }
    }

    @ParameterizedTest
    @CsvSource({"suspended", "decommissioned"})
    void onlyAnActiveAgentGetsASecret(String status) {
        Management.Agent agent = management.register();
        management.patch(agent.path(), "{\"status\":\"" + status + "\"}");
        for (String call : List.of(agent.path() + "/credentials", agent.credential() + "/rotate")) {
            Reply refused = management.post(call, "");
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.text("code")).isEqualTo("AGENT_NOT_ACTIVE");
        }
    }

    @Test
    void anotherAgentsCredentialIsNotFoundUnderThisOne() {
        Management.Agent agent = management.register();
        Management.Agent other = management.register();
        String mixed = agent.path() + "/credentials/" + other.credentialId();
        for (Reply refused : List.of(management.post(mixed + "/rotate", ""), management.delete(mixed))) {
            assertThat(refused.status()).isEqualTo(404);
            assertThat(refused.text("code")).isEqualTo("CREDENTIAL_NOT_FOUND");
        }
        assertThat(works(other, other.secret())).isTrue();
    }

    @Test
    void lastUsedAtTellsOfTheFirstUse() {
        Management.Agent agent = management.register();
        assertThat(management
                        .get(agent.path() + "/credentials")
                        .json()
                        .at("/data/0")
                        .has("lastUsedAt"))
                .isFalse();
        Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        assertThat(works(agent, agent.secret())).isTrue();
        JsonNode used = Patience.until(
                "the credential's last use",
                () -> management.get(agent.path() + "/credentials").json().at("/data/0"),
                seen -> seen.has("lastUsedAt"));
        assertThat(Instant.parse(used.path("lastUsedAt").asText())).isBetween(before, Instant.now());
    }

    @Test
    void aListIsPagedAndFiltered() {
        Management.Agent agent = management.register();
        for (int i = 0; i < 4; i++) {
            management.post(agent.path() + "/credentials", "");
        }
        management.delete(agent.credential());
        JsonNode page = management
                .get(agent.path() + "/credentials?status=active&limit=3&page=2")
                .json();
        assertThat(page.path("data")).hasSize(1);
        assertThat(page.path("total").asInt()).isEqualTo(4);
        assertThat(ids(agent, "revoked")).containsExactly(agent.credentialId());
    }

    /** Else Postgres steps over every row that there is to find none. */
    @Test
    void pastTheEndOfAListNoRowIsLookedFor() {
        Management.Agent agent = management.register();
        double before = pagesRead();
        Reply past = management.get(agent.path() + "/credentials?page=2147483647&limit=100");
        assertThat(past.status()).isEqualTo(200);
        assertThat(past.json().path("data")).isEmpty();
        assertThat(past.json().path("total").asInt()).isEqualTo(1);
        assertThat(pagesRead()).isEqualTo(before);
        assertThat(management.get(agent.path() + "/credentials").json().path("data"))
                .hasSize(1);
        assertThat(pagesRead()).isEqualTo(before + 1);
    }

    private double pagesRead() {
        String metrics = product.json("GET", "/metrics", "", "").json().asText();
        Matcher count = PAGES_READ.matcher(metrics);
        return count.find() ? Double.parseDouble(count.group(1)) : 0;
    }

    @Test
    void anAgentManagesItsOwnCredentialsAndNobodyElses() {
        Management.Agent agent = management.register();
        Management.Agent other = management.register();
        Management self = management.as(agent, "data:read");
        assertThat(self.get(agent.path() + "/credentials").status()).isEqualTo(200);
        Reply made = self.post(agent.path() + "/credentials", "");
        assertThat(made.status()).isEqualTo(201);
        assertThat(self.post(path(agent, made) + "/rotate", "").status()).isEqualTo(200);
        assertThat(self.delete(path(agent, made)).status()).isEqualTo(204);
        assertThat(List.of(
                        self.get(other.path() + "/credentials"),
                        self.post(other.path() + "/credentials", ""),
                        self.post(other.credential() + "/rotate", ""),
                        self.delete(other.credential()),
                        self.get(agent.path())))
                .allSatisfy(refused -> assertThat(refused.text("code")).isEqualTo("FORBIDDEN"));
        assertThat(works(other, other.secret())).isTrue();
    }

    @Test
    void nobodyTakesOverAStrongerAgent() {
        Management.Agent manager = management.register(managing("agents:write"));
        Management.Agent strong = management.register(managing("agents:write", "audit:read"));
        Management weak = management.as(manager, "agents:write");
        Management narrow = management.as(strong, "agents:write");
        Management plain = management.as(strong, "data:read");
        for (Management caller : List.of(weak, narrow, plain)) {
            for (String call : List.of(strong.path() + "/credentials", strong.credential() + "/rotate")) {
                Reply refused = caller.post(call, "");
                assertThat(refused.status()).isEqualTo(403);
                assertThat(refused.json().at("/details/requiredScope").asText()).contains("audit:read");
            }
        }
        assertThat(works(strong, strong.secret())).isTrue();
        Management whole = management.as(strong, "agents:write audit:read");
        assertThat(whole.post(strong.path() + "/credentials", "").status()).isEqualTo(201);
        assertThat(weak.post(manager.path() + "/credentials", "").status()).isEqualTo(201);
    }

    private static ObjectNode managing(String... scopes) {
        ObjectNode registration = Management.registration();
        List.of(scopes).forEach(registration.putArray("scopes")::add);
        return registration;
    }

    private boolean works(Management.Agent agent, String secret) {
        Reply reply = product.token(agent.id(), secret, "");
        assertThat(reply.status()).isIn(200, 401);
        return reply.status() == 200;
    }

    private List<String> ids(Management.Agent agent, String status) {
        return management
                .get(agent.path() + "/credentials?status=" + status)
                .json()
                .path("data")
                .findValuesAsText("credentialId");
    }

    private static String path(Management.Agent agent, Reply credential) {
        return agent.path() + "/credentials/" + credential.text("credentialId");
    }

    /** Holds it to the moment from both sides: nothing that answered before fails, nothing that was asked after works. */
    private static void assertDiesAt(Instant end, BooleanSupplier works) {
        assertThat(firstFailure(works)).isAfterOrEqualTo(end);
        assertThat(works.getAsBoolean()).isFalse();
    }

    /** When the first call that failed had answered. A call that was asked after the end fails, so this ends. */
    private static Instant firstFailure(BooleanSupplier works) {
        Patience.until("the first failure", works::getAsBoolean, alive -> !alive);
        return Instant.now();
    }
}
