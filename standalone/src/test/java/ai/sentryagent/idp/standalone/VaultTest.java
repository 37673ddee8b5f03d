package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.sentryagent.idp.runtime.config.ConfigurationException;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Secrets in Vault: where they are, and that they go when they are over. */
final class VaultTest extends OnVault {
    @Test
    void aNewSecretIsInVaultAndPostgresHoldsNothingToCheckItBy() throws Exception {
        Management.Agent agent = management.register();
        String path = VaultServer.path(agent);
        assertThat(vault.secret(path, 1)).contains(agent.secret());
        assertThat(column(agent, "vault_path")).isEqualTo(path);
        for (String name : List.of("secret_hash", "secret_mac", "secret_hint", "previous_hash")) {
            assertThat(column(agent, name)).isEmpty();
        }
        assertThat(token(agent, agent.secret())).isEqualTo(200);
        assertThat(token(agent, WRONG)).isEqualTo(401);
        restart();
        assertThat(token(agent, WRONG)).isEqualTo(401);
        assertThat(token(agent, agent.secret())).isEqualTo(200);
        assertThat(health().text("vault")).isEqualTo("connected");
    }

    @Test
    void theFirstAdministratorsSecretIsInVaultToo() throws Exception {
        String path = Sql.select(
                database,
                "SELECT vault_path FROM credentials.credentials WHERE client_id = '" + product.administratorId() + "'");
        assertThat(vault.secret(path, 1)).contains(RunningProduct.ADMIN_SECRET);
    }

    @Test
    void aRotationWritesAVersionAndDestroysTheOneBefore() throws Exception {
        Management.Agent agent = management.register();
        String path = VaultServer.path(agent);
        Reply rotated = rotate(agent, 0);
        assertThat(rotated.status()).isEqualTo(200);
        assertThat(vault.secret(path, 2)).contains(rotated.text("clientSecret"));
        assertThat(token(agent, agent.secret())).isEqualTo(401);
        assertThat(token(agent, rotated.text("clientSecret"))).isEqualTo(200);
        untilGone(path, 1);
        assertThat(vault.secret(path, 2)).isPresent();
    }

    /** And that end is not forgotten by a restart in between. */
    @Test
    void theOldVersionStaysUntilTheOverlapIsOver() throws Exception {
        Management.Agent agent = management.register();
        String path = VaultServer.path(agent);
        String second = rotate(agent, 8).text("clientSecret"); // a restart takes three on a slow machine
        restart();
        assertThat(token(agent, agent.secret())).isEqualTo(200);
        assertThat(token(agent, second)).isEqualTo(200);
        assertThat(vault.secret(path, 1)).isPresent();
        untilGone(path, 1);
        assertThat(token(agent, agent.secret())).isEqualTo(401);
        assertThat(token(agent, second)).isEqualTo(200);
    }

    @Test
    void aRotationWithinAnOverlapEndsTheOldest() throws Exception {
        Management.Agent agent = management.register();
        String path = VaultServer.path(agent);
        String second = rotate(agent, 3600).text("clientSecret");
        String third = rotate(agent, 3600).text("clientSecret");
        untilGone(path, 1);
        assertThat(token(agent, agent.secret())).isEqualTo(401);
        assertThat(token(agent, second)).isEqualTo(200);
        assertThat(token(agent, third)).isEqualTo(200);
    }

    @Test
    void whatIsRevokedOrBelongsToADecommissionedAgentLeavesNothing() throws Exception {
        Management.Agent revoked = management.register();
        Management.Agent decommissioned = management.register();
        rotate(revoked, 3600);
        assertThat(management.delete(revoked.credential()).status()).isEqualTo(204);
        assertThat(management.delete(decommissioned.path()).status()).isEqualTo(204);
        untilForgotten(VaultServer.path(revoked));
        untilForgotten(VaultServer.path(decommissioned));
        assertThat(token(revoked, revoked.secret())).isEqualTo(401);
        restart();
        assertThat(token(decommissioned, decommissioned.secret())).isEqualTo(401);
    }

    @Test
    void whatHadExpiredBeforeItsAgentsEndLeavesNothingEither() throws Exception {
        Management.Agent agent = management.register();
        Reply brief = management.post(
                agent.path() + "/credentials",
                "{\"expiresAt\":\"" + Instant.now().plusSeconds(1) + "\"}");
        Patience.until("the end of the credential", () -> token(agent, brief.text("clientSecret")) == 401);
        String path = VaultServer.path(agent).replace(agent.credentialId(), brief.text("credentialId"));
        assertThat(vault.secret(path, 1)).isPresent();
        assertThat(management.delete(agent.path()).status()).isEqualTo(204);
        untilForgotten(path);
        assertThat(management
                        .get(agent.path() + "/credentials?status=expired")
                        .json()
                        .at("/data/0/credentialId")
                        .asText())
                .isEqualTo(brief.text("credentialId"));
    }

    @Test
    void hashesThatWereThereBeforeGoOnUntilARotationTakesThemToVault() throws Exception {
        String own = TestServers.freshDatabase();
        Map<String, String> without = Map.of("DATABASE_URL", own, "ISSUER_URL", "http://localhost");
        Management.Agent agent;
        try (RunningProduct before = RunningProduct.start(without)) {
            agent = Management.of(before).register();
        }
        Map<String, String> with = new HashMap<>(vault.settings());
        with.putAll(without);
        try (RunningProduct after = RunningProduct.start(with)) {
            assertThat(after.token(agent.id(), agent.secret(), "").status()).isEqualTo(200);
            assertThat(after.token(agent.id(), WRONG, "").status()).isEqualTo(401);
            String second = Management.of(after)
                    .post(agent.credential() + "/rotate", "{\"overlapSeconds\":3600}")
                    .text("clientSecret");
            assertThat(vault.secret(VaultServer.path(agent), 1)).contains(second);
            for (String secret : List.of(agent.secret(), second)) {
                assertThat(after.token(agent.id(), secret, "").status()).isEqualTo(200);
            }
        }
        String hashes = "SELECT count(*) FROM credentials.credentials WHERE client_id = '" + agent.id() + "' AND ";
        assertThat(Sql.number(own, hashes + "secret_hash IS NULL")).isEqualTo(1);
        assertThat(Sql.number(own, hashes + "previous_hash IS NOT NULL")).isEqualTo(1);
    }

    @Test
    void twoRotationsAtOnceLeaveTheOneThatHolds() throws Exception {
        Management.Agent agent = management.register();
        List<Reply> both = Crowd.together(List.of(() -> rotate(agent, 0), () -> rotate(agent, 0)));
        assertThat(both).extracting(Reply::status).containsOnly(200);
        List<Integer> statuses = both.stream()
                .map(reply -> token(agent, reply.text("clientSecret")))
                .toList();
        assertThat(statuses).containsExactlyInAnyOrder(200, 401);
        restart();
        assertThat(both.stream().map(reply -> token(agent, reply.text("clientSecret"))))
                .containsExactlyInAnyOrder(200, 401);
        String home = VaultServer.path(agent);
        untilGone(home, 1);
        if (!column(agent, "vault_path").equals(home)) {
            untilGone(home, 2);
        }
        management.delete(agent.credential());
        untilForgotten(home);
    }

    /** And each of them is answered for: none has pushed out another that was about to hold. */
    @Test
    void moreRotationsAtOnceThanVaultKeepsVersionsLeaveOneThatHolds() throws Exception {
        Management.Agent agent = management.register();
        List<Reply> all = Crowd.together(Collections.nCopies(8, () -> rotate(agent, 0)));
        assertThat(all).extracting(Reply::status).containsOnly(200);
        restart();
        assertThat(all.stream()
                        .map(reply -> token(agent, reply.text("clientSecret")))
                        .filter(status -> status == 200))
                .hasSize(1);
    }

    /** As when a suspension arrives between what the agent is asked for and what is written. */
    @Test
    void aRotationOfAnAgentThatIsNotActiveWritesNothing() throws Exception {
        Management.Agent agent = management.register();
        String status = "UPDATE credentials.clients SET status = '%s' WHERE client_id = '" + agent.id() + "'";
        Sql.update(database, status.formatted("suspended"));
        assertThat(rotate(agent, 0).status()).isEqualTo(409);
        assertThat(vault.secret(VaultServer.path(agent), 2)).isEmpty();
        assertThat(chores(agent.credentialId())).isZero();
        Sql.update(database, status.formatted("active"));
        assertThat(rotate(agent, 0).status()).isEqualTo(200);
    }

    @Test
    void theFirstAdministratorIsMadeOnceHoweverOftenItIsTold() throws Exception {
        String id = product.administratorId();
        String credential = Sql.select(
                database, "SELECT credential_id FROM credentials.credentials WHERE client_id = '" + id + "'");
        Sql.update(
                database,
                """
                INSERT INTO agents.outbox (event_id, subscriber, fact, due_at)
                VALUES ('%s', 'credentials', '%s', now())
                """
                        .formatted(credential, bootstrapped(credential, id)));
        new Outboxes(database).untilEmpty();
        assertThat(chores(credential)).isZero();
        assertThat(product.token(id, RunningProduct.ADMIN_SECRET, "").status()).isEqualTo(200);
    }

    /** Whoever grants has looked at what the agent has, and what is on its way was not there. */
    @Test
    void aSecretThatIsOnItsWayWhenItsAgentIsGrantedMoreGoesToNobodyWeaker() throws Exception {
        Management.Agent writer = management.register();
        assertThat(management
                        .patch(writer.path(), "{\"scopes\":[\"agents:write\"]}")
                        .status())
                .isEqualTo(200);
        Management weaker = management.as(writer, "agents:write");
        Management.Agent agent = management.register();
        assertThat(whileGranted(agent, weaker, agent.path() + "/credentials").status())
                .isEqualTo(403);
        Management.Agent other = management.register();
        Reply rotation = whileGranted(other, weaker, other.credential() + "/rotate");
        assertThat(rotation.status()).isEqualTo(403);
        assertThat(rotation.json().at("/details/requiredScope").asText()).isEqualTo("audit:read");
        for (Management.Agent stronger : List.of(agent, other)) {
            assertThat(management
                            .get(stronger.path() + "/credentials")
                            .json()
                            .path("total")
                            .asInt())
                    .isEqualTo(1);
            assertThat(token(stronger, stronger.secret())).isEqualTo(200);
        }
        Management.Agent third = management.register();
        assertThat(whileGranted(third, management, third.path() + "/credentials")
                        .status())
                .isEqualTo(201);
    }

    /** What is answered to whoever asks for a secret of the agent, which is granted more before the secret is stored. */
    private Reply whileGranted(Management.Agent agent, Management asking, String path) throws Exception {
        standIn().hold("data");
        return Crowd.together(List.of(() -> asking.post(path, ""), () -> {
                    Patience.until("a secret on its way", standIn()::isHolding);
                    Reply granted = management.patch(agent.path(), "{\"scopes\":[\"audit:read\"]}");
                    standIn().letGo();
                    assertThat(granted.status()).isEqualTo(200);
                    return granted;
                }))
                .get(0);
    }

    @Test
    void aWrongTokenMountOrAddressIsNamedAndNothingStarts() {
        String secret = "hvs.not-this-one";
        assertRefused(Map.of("VAULT_TOKEN", secret), "VAULT_TOKEN");
        assertRefused(Map.of("VAULT_MOUNT", "elsewhere"), "VAULT_MOUNT");
        assertRefused(Map.of("VAULT_ADDR", "http://127.0.0.1:" + FreePort.next()), "VAULT_ADDR");
    }

    private void assertRefused(Map<String, String> wrong, String named) {
        Map<String, String> settings = new HashMap<>(vault.settings());
        settings.putAll(wrong);
        assertThatThrownBy(() -> RunningProduct.start(settings))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(named)
                .hasMessageNotContaining(vault.token())
                .hasMessageNotContaining("not-this-one");
    }

    @ParameterizedTest
    @CsvSource({
        "http://vault.example:8200, t, VAULT_ADDR must be https",
        "vault.example:8200,        t, VAULT_ADDR must have the form",
        "https://u:p@vault.example, t, VAULT_ADDR must have the form",
        "https://vault.example/v1,  t, VAULT_ADDR must have the form",
        "https://vault.example,     '', VAULT_TOKEN is required",
        "'',                        t, VAULT_ADDR is required with VAULT_TOKEN",
        "https://vault.example,     a b, VAULT_TOKEN must be printable"
    })
    void aSettingThatCannotBeRightIsNamed(String address, String token, String problem) {
        assertThatThrownBy(() -> RunningProduct.start(Map.of("VAULT_ADDR", address, "VAULT_TOKEN", token)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(problem)
                .hasMessageNotContaining("u:p");
    }

    private static String bootstrapped(String eventId, String agentId) {
        return """
                {"eventId":"%1$s","type":"system.bootstrapped","agentId":"%2$s","outcome":"success",
                 "timestamp":"%3$s","requestId":"by-hand","data":{"agentId":"%2$s","revision":1,
                 "epoch":1,"status":"active","agentType":"custom","deploymentEnv":"production",
                 "capabilities":[],"scopes":[],"changes":{}}}
                """
                .formatted(eventId, agentId, Instant.now().truncatedTo(ChronoUnit.MILLIS));
    }
}
