package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.sentryagent.idp.runtime.config.ConfigurationException;
import ai.sentryagent.idp.runtime.config.PemText;
import ai.sentryagent.idp.schema.Fact;
import ai.sentryagent.idp.schema.Outcome;
import ai.sentryagent.idp.schema.Subscriber;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import com.fasterxml.jackson.databind.JsonNode;
import java.security.KeyPair;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The log is signed again by whoever owns the database, while no service runs: under a key of their own, or by ours. */
final class AuditKeysTest {
    private final String database = TestServers.freshDatabase();
    private final KeyPair ours = AuditCheckpointsTest.ed25519();
    private final KeyPair other = AuditCheckpointsTest.ed25519();
    private RunningProduct product = RunningProduct.start(settings(ours));
    private Management management = Management.of(product);

    @BeforeEach
    void makeHistory() throws SQLException {
        management.register();
        new Outboxes(database).untilEmpty();
        signed();
        assertThat(isVerified()).isTrue();
    }

    @AfterEach
    void stop() {
        product.close();
    }

    @Test
    void aLogThatAStrangerHasSignedIsNeitherVerifiedNorSignedOn() throws SQLException {
        product.close();
        Sql.update(database, "DELETE FROM audit.audit_checkpoints");
        restart(settings(other));
        signed();
        CapturedLog log = CapturedLog.listening();
        restart(settings(ours));
        log.ignore();
        assertThat(log.text()).contains("No checkpoint of the audit log can be signed", "AUDIT_TRUSTED_KEYS");
        assertThat(isVerified()).isFalse();
        assertThat(management.get("/api/v1/audit/export").status()).isEqualTo(500);
        long signed = Sql.number(database, "SELECT count(*) FROM audit.audit_checkpoints");
        management.register();
        new Outboxes(database).untilEmpty();
        assertThat(isVerified()).isFalse();
        assertThat(Sql.number(database, "SELECT count(*) FROM audit.audit_checkpoints"))
                .isEqualTo(signed);
    }

    @Test
    void aLogWhoseCheckpointsAreGoneIsWrittenOnAndNeverVerifiedAgain() throws SQLException {
        product.close();
        Sql.update(database, "DELETE FROM audit.audit_checkpoints");
        CapturedLog log = CapturedLog.listening();
        restart(settings(ours));
        log.ignore();
        assertThat(log.text()).contains("The audit log has events and no checkpoint");
        management.register();
        new Outboxes(database).untilEmpty();
        signed();
        JsonNode verdict = management.get("/api/v1/audit/verify").json();
        assertThat(verdict.path("verified").asBoolean()).isFalse();
        assertThat(verdict.path("brokenAtEventId").asText())
                .isEqualTo(Sql.select(
                        database, "SELECT event_id::text FROM audit.audit_events ORDER BY sequence LIMIT 1"));
        assertThat(management.get("/api/v1/audit/export").status()).isEqualTo(200);
    }

    @Test
    void aCheckpointWithOurNameAndNoSignatureOfOursIsNotSignedOn() throws SQLException {
        product.close();
        Sql.update(
                database,
                "UPDATE audit.audit_checkpoints SET root_hash = sha256('x') WHERE tree_size ="
                        + " (SELECT max(tree_size) FROM audit.audit_checkpoints)");
        restart(settings(ours));
        long signed = Sql.number(database, "SELECT max(tree_size) FROM audit.audit_checkpoints");
        management.register();
        new Outboxes(database).untilEmpty();
        assertThat(isVerified()).isFalse();
        assertThat(Sql.number(database, "SELECT max(tree_size) FROM audit.audit_checkpoints"))
                .isEqualTo(signed);
    }

    @Test
    void aKeyIsReplacedByNamingTheFormerOnes() throws SQLException {
        KeyPair third = AuditCheckpointsTest.ed25519();
        restart(settings(other, pem(ours)));
        management.register();
        new Outboxes(database).untilEmpty();
        signed();
        assertThat(isVerified()).isTrue();
        restart(settings(third, (pem(ours) + pem(other)).replace("\n", "\\n")));
        management.register();
        new Outboxes(database).untilEmpty();
        signed();
        assertThat(isVerified()).isTrue();
        assertThatThrownBy(() -> RunningProduct.start(settings(other, pem(ours) + "no key")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("AUDIT_TRUSTED_KEYS must be Ed25519 public keys in PEM");
    }

    @Test
    void keysThatWouldCountForNothingAreRefused() {
        assertThatThrownBy(() -> RunningProduct.start(
                        Map.of("DATABASE_URL", database, "AUDIT_TRUSTED_KEYS", pem(ours), "AUDIT_SIGNING_KEY", "")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("AUDIT_TRUSTED_KEYS counts for nothing without AUDIT_SIGNING_KEY");
    }

    @Test
    void aBoundaryOfRetentionThatAStrangerHasSignedIsNone() throws SQLException {
        LocalDate old = LocalDate.now(ZoneOffset.UTC).minusMonths(5).withDayOfMonth(1);
        Sql.update(database, "SELECT audit.ensure_audit_partition('" + old + "')");
        Fact fact = new Fact(
                UUID.randomUUID(),
                "token.issued",
                UUID.randomUUID(),
                Outcome.SUCCESS,
                old.atStartOfDay().toInstant(ZoneOffset.UTC),
                "request",
                null,
                null,
                null,
                Management.json("{}"));
        Subscriber.AUDIT.deliver(product.bus(), List.of(fact)).await();
        signed();
        assertThat(isVerified()).isTrue();
        Map<String, String> dropping = new HashMap<>(settings(other, pem(ours)));
        dropping.put("AUDIT_RETENTION_DAYS", "90");
        restart(dropping);
        Patience.until(
                "the old one is gone",
                () -> Sql.number(database, "SELECT count(*) FROM audit.audit_boundaries WHERE is_dropped"),
                boundaries -> boundaries == 1);
        signed();
        assertThat(isVerified()).isTrue();
        restart(settings(ours));
        assertThat(isVerified()).isFalse();
        restart(settings(ours, pem(other)));
        assertThat(isVerified()).isTrue();
    }

    private void restart(Map<String, String> settings) {
        product.close();
        product = RunningProduct.start(settings);
        management = Management.of(product);
    }

    private Map<String, String> settings(KeyPair key, String... former) {
        return Map.of(
                "DATABASE_URL",
                database,
                "AUDIT_SIGNING_KEY",
                PemText.write("PRIVATE KEY", key.getPrivate().getEncoded()),
                "AUDIT_TRUSTED_KEYS",
                String.join("", former),
                "AUDIT_RETENTION_DAYS",
                "0");
    }

    private static String pem(KeyPair key) {
        return PemText.write("PUBLIC KEY", key.getPublic().getEncoded()).strip() + "\n";
    }

    private void signed() throws SQLException {
        Patience.until(
                "a checkpoint of all there is",
                () -> Sql.number(
                        database,
                        "SELECT count(*) FROM audit.audit_checkpoints JOIN audit.audit_head ON tree_size = sequence"),
                found -> found == 1);
    }

    private boolean isVerified() {
        return management.get("/api/v1/audit/verify").json().path("verified").asBoolean();
    }
}
