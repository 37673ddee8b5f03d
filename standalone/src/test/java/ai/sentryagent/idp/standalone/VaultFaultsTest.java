package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.sentryagent.idp.runtime.config.ConfigurationException;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import ai.sentryagent.idp.standalone.VaultStandIn.Fault;
import ai.sentryagent.idp.standalone.dev.Sql;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SelfSignedCertificate;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens while Vault is away, broken, silent, sealed or of another mind, and when it is back. */
@Tag("proof")
final class VaultFaultsTest extends OnVault {
    /** As if the time of whatever is to be destroyed had come. */
    private void hurry() throws SQLException {
        Sql.update(database, "UPDATE credentials.vault_chores SET due = now() - interval '1 second'");
    }

    /** The end of an overlap included, which the next test would hurry otherwise. */
    private void untilNothingIsLeftToDo(Management.Agent agent) throws Exception {
        hurry();
        Patience.until("the end of tidying up", () -> chores(agent.credentialId()), left -> left == 0);
    }

    /** And not the end of an overlap. */
    private void hurryWhatWasGivenUp() throws SQLException {
        Sql.update(
                database,
                "UPDATE credentials.vault_chores SET due = now() - interval '1 second' WHERE version IS NULL");
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void withoutVaultWhatIsKnownGoesOnAndNothingNewIsHalfMade(Fault fault) throws Exception {
        Management.Agent known = management.register();
        standIn().behave(fault);
        long before = Sql.number(database, "SELECT count(*) FROM credentials.credentials");
        assertThat(token(known, known.secret())).isEqualTo(200);
        assertThat(token(known, WRONG)).isEqualTo(401);
        for (Reply refused : Crowd.together(
                List.of(() -> management.post(known.path() + "/credentials", ""), () -> rotate(known, 0)))) {
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("retry-after")).isNotEmpty();
        }
        assertThat(Sql.number(database, "SELECT count(*) FROM credentials.credentials"))
                .isEqualTo(before);
        assertThat(column(known, "vault_version")).isEqualTo("1");
        assertThat(token(known, known.secret())).isEqualTo(200);
        Reply sick = Patience.until("health", this::health, reply -> reply.status() == 503);
        assertThat(sick.text("vault")).isEqualTo("disconnected");
        assertThat(product.json("GET", "/health/ready", "", "").status()).isEqualTo(200);
    }

    @Test
    void withoutVaultWhatIsNotKnownYetIsAskedToComeAgain() {
        Management.Agent agent = management.register();
        restart();
        standIn().behave(Fault.BROKEN_CONNECTION);
        for (String secret : List.of(agent.secret(), WRONG)) {
            Reply refused = product.token(agent.id(), secret, "");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.text("error")).isEqualTo("temporarily_unavailable");
            assertThat(refused.header("retry-after")).isNotEmpty();
        }
        standIn().behave(Fault.NONE);
        Patience.until("Vault again", () -> token(agent, agent.secret()), status -> status == 200);
    }

    /** Dead at once, because Postgres says so; destroyed as soon as Vault is there, by whichever process is. */
    @Test
    void whatIsRevokedWithoutVaultIsDeadAtOnceAndDestroyedAfterwards() throws Exception {
        Management.Agent revoked = management.register();
        Management.Agent rotated = management.register();
        Management.Agent decommissioned = management.register();
        rotate(rotated, 1);
        CapturedLog log = CapturedLog.listening();
        standIn().behave(Fault.SEALED);
        assertThat(management.delete(revoked.credential()).status()).isEqualTo(204);
        assertThat(management.delete(decommissioned.path()).status()).isEqualTo(204);
        assertThat(token(revoked, revoked.secret())).isEqualTo(401);
        assertThat(token(decommissioned, decommissioned.secret())).isEqualTo(400);
        Reply sick = Patience.until(
                "all that waits",
                () -> {
                    hurry();
                    return health();
                },
                reply -> reply.text("vaultDestructions").equals("3 waiting"));
        assertThat(sick.status()).isEqualTo(503);
        Patience.until(
                "a word in the log", () -> log.text().contains("A secret is still to be destroyed in Vault"), so -> so);
        log.ignore();
        assertThat(log.text()).doesNotContain(vault.token()).doesNotContain(revoked.secret());
        standIn().behave(Fault.NONE);
        restart();
        hurry();
        untilForgotten(VaultServer.path(revoked));
        untilForgotten(VaultServer.path(decommissioned));
        untilGone(VaultServer.path(rotated), 1);
        Patience.until("a word that is not there", () -> health().json(), body -> !body.has("vaultDestructions"));
    }

    /** Nobody heard that the secret was written: no credential refers to it, and it does not stay. */
    @Test
    void aSecretThatNoCredentialCameToReferToIsDestroyed() throws Exception {
        Management.Agent agent = management.register();
        standIn().behave(Fault.LOST_ANSWERS);
        assertThat(rotate(agent, 0).status()).isEqualTo(503);
        assertThat(management.post(agent.path() + "/credentials", "").status()).isEqualTo(503);
        standIn().behave(Fault.NONE);
        assertThat(vault.secret(VaultServer.path(agent), 2)).isPresent();
        List<String> orphans = Sql.selectAll(
                database,
                "SELECT vault_path FROM credentials.vault_chores WHERE vault_path LIKE '%" + agent.id() + "%'");
        assertThat(orphans).hasSize(2).contains(VaultServer.path(agent));
        hurry();
        untilGone(VaultServer.path(agent), 2);
        assertThat(vault.secret(VaultServer.path(agent), 1)).contains(agent.secret());
        for (String path : orphans) {
            if (!path.equals(VaultServer.path(agent))) {
                untilForgotten(path);
            }
        }
        assertThat(token(agent, agent.secret())).isEqualTo(200);
    }

    /** Each of them may have been written, and Vault keeps so many versions, whoever refers to them. */
    @Test
    void rotationsThatFailHoweverOftenDoNotPushOutTheSecretThatLives() throws Exception {
        Management.Agent agent = management.register();
        String home = VaultServer.path(agent);
        standIn().behave(Fault.LOST_ANSWERS);
        for (int i = 0; i < 4; i++) {
            assertThat(rotate(agent, 0).status()).isEqualTo(503);
        }
        standIn().behave(Fault.NONE);
        restart();
        assertThat(token(agent, agent.secret())).isEqualTo(200);
        Reply rotated = rotate(agent, 3600);
        assertThat(rotated.status()).isEqualTo(200);
        hurryWhatWasGivenUp();
        untilGone(home, 2);
        restart();
        for (String secret : List.of(agent.secret(), rotated.text("clientSecret"))) {
            assertThat(token(agent, secret)).isEqualTo(200);
        }
        String apart = column(agent, "vault_path");
        assertThat(apart).startsWith(home + "~");
        Reply again = rotate(agent, 0);
        untilForgotten(apart);
        assertThat(token(agent, again.text("clientSecret"))).isEqualTo(200);
        apart = column(agent, "vault_path");
        assertThat(management.delete(agent.credential()).status()).isEqualTo(204);
        untilForgotten(apart);
        untilForgotten(home);
        untilNothingIsLeftToDo(agent);
    }

    /** As where nobody heard that it was written there. */
    @Test
    void whatIsApartAndNobodyRefersToLeavesNothing() throws Exception {
        Management.Agent agent = management.register();
        standIn().behave(Fault.LOST_ANSWERS);
        assertThat(rotate(agent, 0).status()).isEqualTo(503);
        standIn().behave(Fault.NONE);
        assertThat(rotate(agent, 0).status()).isEqualTo(200);
        String apart = column(agent, "vault_path");
        String holds = rotate(agent, 3600).text("clientSecret");
        Sql.update(
                database,
                "UPDATE credentials.credentials SET previous_path = NULL, previous_version = NULL, previous_until = NULL"
                        + " WHERE credential_id = '" + agent.credentialId() + "'");
        Sql.update(
                database,
                "INSERT INTO credentials.vault_chores VALUES (gen_random_uuid(), '" + agent.credentialId()
                        + "', unnest(ARRAY['" + apart + "', '" + column(agent, "vault_path") + "']), NULL, now())");
        Patience.until(
                "tidying up",
                () -> {
                    hurryWhatWasGivenUp();
                    return vault.knows(apart);
                },
                known -> !known);
        restart();
        assertThat(token(agent, holds)).isEqualTo(200);
        untilNothingIsLeftToDo(agent);
    }

    /** A rotation that begins and ends between two steps of tidying up. */
    @Test
    void tidyingUpLeavesASecretThatCameMeanwhile() throws Exception {
        Management.Agent agent = management.register();
        String path = VaultServer.path(agent);
        standIn().behave(Fault.BROKEN_CONNECTION);
        assertThat(rotate(agent, 0).status()).isEqualTo(503);
        standIn().behave(Fault.NONE);
        standIn().hold("metadata");
        hurry();
        Patience.until("tidying up", standIn()::isHolding, asked -> asked);
        Reply rotated = rotate(agent, 0);
        standIn().letGo();
        untilGone(path, 1);
        Patience.until("the end of tidying up", () -> chores(agent.credentialId()), left -> left == 0);
        restart();
        assertThat(vault.secret(path, 2)).contains(rotated.text("clientSecret"));
        assertThat(token(agent, rotated.text("clientSecret"))).isEqualTo(200);
    }

    /** What somebody else answers in Vault's place does not count as done. */
    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"NO_HANDLER", "NOT_FOUND_PAGE", "WELCOME_PAGE"})
    void whatIsToBeDestroyedWaitsForVaultItself(Fault fault) throws Exception {
        Management.Agent revoked = management.register();
        Management.Agent rotated = management.register();
        CapturedLog log = CapturedLog.listening();
        standIn().behave(fault);
        assertThat(management.delete(revoked.credential()).status()).isEqualTo(204);
        Sql.update(
                database,
                "INSERT INTO credentials.vault_chores VALUES (gen_random_uuid(), '" + rotated.credentialId() + "', '"
                        + VaultServer.path(rotated) + "', 1, now())");
        Patience.until(
                "all that waits",
                () -> {
                    hurry();
                    return health();
                },
                reply -> reply.text("vaultDestructions").equals("2 waiting"));
        log.ignore();
        standIn().behave(Fault.NONE);
        hurry();
        untilForgotten(VaultServer.path(revoked));
        untilGone(VaultServer.path(rotated), 1);
    }

    /** Of a secret that is not known yet, only Vault can say that it is not there. */
    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"NO_HANDLER", "NOT_FOUND_PAGE", "WELCOME_PAGE"})
    void aRightSecretIsNotCalledWrongByWhoeverAnswersInVaultsPlace(Fault fault) {
        Management.Agent agent = management.register();
        restart();
        standIn().behave(fault);
        assertThat(token(agent, agent.secret())).isEqualTo(503);
        standIn().behave(Fault.NONE);
        Patience.until("Vault again", () -> token(agent, agent.secret()), status -> status == 200);
    }

    /** However many guess, Vault is asked once for the secret, and once for one that nobody has. */
    @Test
    void guessesDoNotReachVault() throws Exception {
        Management.Agent agent = management.register();
        restart();
        int before = standIn().reads();
        Crowd.together(Collections.nCopies(50, () -> product.token(agent.id(), WRONG, "")));
        assertThat(standIn().reads() - before).isEqualTo(2);
        assertThat(token(agent, agent.secret())).isEqualTo(200);
        assertThat(standIn().reads() - before).isEqualTo(2);
    }

    /** Whoever answers in Vault's place must show a certificate that this machine trusts. */
    @Test
    void aVaultThatNobodyVouchesForGetsNoToken() {
        standIn();
        SelfSignedCertificate own = SelfSignedCertificate.create("localhost");
        HttpServerOptions options = new HttpServerOptions().setSsl(true).setKeyCertOptions(own.keyCertOptions());
        try (VaultStandIn stranger = new VaultStandIn(0, List.of("root"), options)) {
            String address = stranger.url().replace("http://127.0.0.1", "https://localhost");
            assertThatThrownBy(() ->
                            RunningProduct.start(Map.of("VAULT_ADDR", address, "VAULT_TOKEN", VaultStandIn.TOKEN)))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageStartingWith("VAULT_ADDR cannot be reached");
        } finally {
            own.delete();
        }
    }

    @Test
    void aTokenThatMayTooLittleIsToldWhatItNeeds() {
        standIn();
        try (VaultStandIn strict = new VaultStandIn(0, List.of("create", "update", "read"), new HttpServerOptions())) {
            assertThatThrownBy(() ->
                            RunningProduct.start(Map.of("VAULT_ADDR", strict.url(), "VAULT_TOKEN", VaultStandIn.TOKEN)))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageStartingWith("VAULT_TOKEN needs [read, delete] at secret/metadata/agentidp/");
        }
    }

    /** Never silently by something else: what is in Vault is out of reach without it. */
    @Test
    void withoutVaultWhatIsThereCannotBeUsedAndWhatIsNewIsHashed() {
        Management.Agent agent = management.register();
        product.close();
        product = start(Map.of("BOOTSTRAP_CLIENT_SECRET", ""));
        Reply refused = product.token(agent.id(), agent.secret(), "");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("retry-after")).isNotEmpty();
        restart();
        assertThat(token(agent, agent.secret())).isEqualTo(200);
    }
}
