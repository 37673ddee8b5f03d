package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assumptions.assumeThat;

import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import ai.sentryagent.idp.standalone.VaultStandIn.Fault;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;

/** A product whose secrets are in Vault, and how the tests of it look at both. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OnVault {
    static final String WRONG = "sk_live_" + "0".repeat(64);

    final VaultServer vault = VaultServer.open();
    final String database = TestServers.freshDatabase();
    private final String redis = TestServers.freshRedis();
    RunningProduct product = start(vault.settings());
    Management management = Management.of(product);

    final RunningProduct start(Map<String, String> more) {
        Map<String, String> settings =
                new HashMap<>(Map.of("DATABASE_URL", database, "REDIS_URL", redis, "ISSUER_URL", "http://localhost"));
        settings.putAll(more);
        return RunningProduct.start(settings);
    }

    /** What a process remembers is gone with it. */
    final void restart() {
        product.close();
        product = start(vault.settings());
        management = Management.of(product);
    }

    @AfterEach
    final void heal() {
        vault.standIn().ifPresent(standIn -> standIn.behave(Fault.NONE));
        Patience.until("health", () -> health().text("status"), status -> status.equals("ok"));
    }

    @AfterAll
    final void stop() {
        product.close();
        vault.close();
    }

    final VaultStandIn standIn() {
        assumeThat(vault.standIn()).as("a real server cannot be told to fail").isPresent();
        return vault.standIn().orElseThrow();
    }

    final Reply health() {
        return product.json("GET", "/health", "", "");
    }

    final int token(Management.Agent agent, String secret) {
        return product.token(agent.id(), secret, "").status();
    }

    final String column(Management.Agent agent, String name) throws SQLException {
        return Sql.select(
                database,
                "SELECT coalesce(" + name + "::text, '') FROM credentials.credentials WHERE credential_id = '"
                        + agent.credentialId() + "'");
    }

    final Reply rotate(Management.Agent agent, int overlapSeconds) {
        return management.post(agent.credential() + "/rotate", "{\"overlapSeconds\":" + overlapSeconds + "}");
    }

    /** How much of the credential is still to be destroyed, or would be if it were given up. */
    final long chores(String credentialId) throws SQLException {
        return Sql.number(
                database, "SELECT count(*) FROM credentials.vault_chores WHERE credential_id = '" + credentialId + "'");
    }

    final void untilGone(String path, int version) throws Exception {
        Patience.until("the end of version " + version, () -> vault.secret(path, version), Optional::isEmpty);
    }

    final void untilForgotten(String path) throws Exception {
        Patience.until("nothing at " + path, () -> vault.knows(path), known -> !known);
    }
}
