package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.sentryagent.idp.runtime.config.ConfigurationException;
import ai.sentryagent.idp.runtime.config.PemText;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import com.fasterxml.jackson.databind.JsonNode;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints and proofs as somebody outside checks them, who trusts nothing but the public key. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AuditCheckpointsTest {
    private static final String CHECKPOINTS = "/api/v1/audit/checkpoints";
    private static final String ISSUER = "https://id.example";

    private final KeyPair key = ed25519();
    private final RunningProduct product = RunningProduct.start(Map.of(
            "ISSUER_URL",
            ISSUER,
            "AUDIT_SIGNING_KEY",
            PemText.write("PRIVATE KEY", key.getPrivate().getEncoded()).replace("\n", "\\n")));
    private final Management management = Management.of(product);
    private final AuditTrail trail = new AuditTrail(management);

    @AfterAll
    void stop() {
        product.close();
    }

    @Test
    void everyEventIsProvedToBeInASignedLog() {
        management.register();
        List<JsonNode> events = trail.eventually("", found -> found.size() > 4);
        assertThat(events).allSatisfy(event -> {
            JsonNode proof = proof(event);
            JsonNode checkpoint = proof.path("checkpoint");
            assertThat(proof.path("event")).isEqualTo(event);
            assertThat(proof.path("leafIndex").asLong())
                    .isEqualTo(proof.path("sequence").asLong() - 1);
            assertThat(RfcProofs.chainHash(
                            proof.path("previousHash").asText(),
                            proof.path("sequence").asLong(),
                            event))
                    .isEqualTo(proof.path("hash").asText());
            assertThat(RfcProofs.isIncluded(
                            proof.path("leafIndex").asLong(),
                            checkpoint.path("treeSize").asLong(),
                            proof.path("hash").asText(),
                            proof.path("path"),
                            checkpoint.path("rootHash").asText()))
                    .isTrue();
            assertThat(RfcProofs.isSigned(checkpoint, proof.at("/key/publicKey").asText()))
                    .isTrue();
        });
    }

    @Test
    void theNewestEventIsProvedAtOnce() {
        for (int i = 0; i < 3; i++) {
            JsonNode newest = trail.of(management.register().id(), "agent.created");
            JsonNode proof = proof(newest);
            assertThat(proof.at("/checkpoint/treeSize").asLong())
                    .isGreaterThanOrEqualTo(proof.path("sequence").asLong());
        }
    }

    @Test
    void theKeyOfTheSettingSignsAndIsPublished() throws Exception {
        Reply page = management.get(CHECKPOINTS + "?limit=1");
        JsonNode published = page.json().at("/keys/0");
        assertThat(page.json().path("keys")).hasSize(1);
        assertThat(RfcProofs.key(published.path("publicKey").asText())).isEqualTo(key.getPublic());
        assertThat(page.json().at("/data/0/keyId")).isEqualTo(published.path("keyId"));
        assertThat(page.json().at("/data/0/issuer").asText()).isEqualTo(ISSUER);
    }

    @Test
    void everyCheckpointIsSignedAndTheBeginningOfEachThatCameLater() {
        another();
        JsonNode last = another();
        String pem = management.get(CHECKPOINTS).json().at("/keys/0/publicKey").asText();
        List<JsonNode> all = management
                .get(CHECKPOINTS + "?limit=100")
                .json()
                .path("data")
                .valueStream()
                .filter(each -> each.path("treeSize").asLong() > 0)
                .toList();
        assertThat(all).hasSizeGreaterThan(1).allSatisfy(each -> {
            assertThat(RfcProofs.isSigned(each, pem)).isTrue();
            JsonNode proof = consistency(
                    each.path("treeSize").asLong(), last.path("treeSize").asLong());
            assertThat(proof.path("fromRootHash")).isEqualTo(each.path("rootHash"));
            assertThat(proof.path("toRootHash")).isEqualTo(last.path("rootHash"));
            assertThat(RfcProofs.isConsistent(
                            each.path("treeSize").asLong(),
                            last.path("treeSize").asLong(),
                            proof.path("path"),
                            each.path("rootHash").asText(),
                            last.path("rootHash").asText()))
                    .isTrue();
        });
    }

    @Test
    void everyPageOfCheckpointsFollowsTheOneBeforeAndNoneIsMissing() {
        another();
        JsonNode all = Patience.until(
                "as many as are counted",
                () -> management.get(CHECKPOINTS + "?limit=100").json(),
                page -> page.path("total").asInt() == page.path("data").size());
        Set<String> walked = new LinkedHashSet<>(); // one that is made meanwhile moves all others on
        List<String> found;
        int page = 1;
        do {
            found = management
                    .get(CHECKPOINTS + "?limit=1&page=" + page++)
                    .json()
                    .path("data")
                    .findValuesAsText("treeSize");
            walked.addAll(found);
        } while (!found.isEmpty());
        assertThat(walked)
                .hasSizeGreaterThan(2)
                .endsWith(all.path("data").findValuesAsText("treeSize").toArray(String[]::new));
    }

    @Test
    void checkpointsComeInPagesNewestFirst() {
        management.register();
        JsonNode both = Patience.until(
                "two checkpoints",
                () -> management.get(CHECKPOINTS + "?limit=2").json(),
                page -> page.path("data").size() == 2);
        assertThat(both.path("total").asLong()).isGreaterThanOrEqualTo(2);
        assertThat(both.at("/data/0/treeSize").asLong())
                .isGreaterThan(both.at("/data/1/treeSize").asLong());
        assertThat(management.get(CHECKPOINTS + "?page=9999").json().path("data"))
                .isEmpty();
    }

    @Test
    void sizesThatTheLogHasNotComeToAreNamed() {
        assertThat(fields(management.get(CHECKPOINTS + "/consistency?from=1000000")))
                .containsExactly("from");
        assertThat(fields(management.get(CHECKPOINTS + "/consistency?from=2&to=1")))
                .containsExactly("from");
        assertThat(fields(management.get(CHECKPOINTS + "/consistency?from=1&to=1000000")))
                .containsExactly("to");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"})
    void aKeyThatIsNoneEndsTheStartAndIsNotPrinted(String wrong) {
        assertThatThrownBy(() -> RunningProduct.start(Map.of("AUDIT_SIGNING_KEY", wrong)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("AUDIT_SIGNING_KEY must be an Ed25519 private key in PEM")
                .hasMessageNotContaining(wrong);
    }

    private JsonNode another() {
        long before = newest().path("treeSize").asLong();
        management.register();
        return Patience.until(
                "another checkpoint", this::newest, now -> now.path("treeSize").asLong() > before);
    }

    private JsonNode newest() {
        return management.get(CHECKPOINTS + "?limit=1").json().at("/data/0");
    }

    private JsonNode proof(JsonNode event) {
        Reply reply = management.get("/api/v1/audit/" + event.path("eventId").asText() + "/proof");
        assertThat(reply.status()).as("%s", reply.json()).isEqualTo(200);
        return reply.json();
    }

    private JsonNode consistency(long from, long to) {
        return management
                .get(CHECKPOINTS + "/consistency?from=" + from + "&to=" + to)
                .json();
    }

    private static List<String> fields(Reply refused) {
        assertThat(refused.status()).isEqualTo(400);
        return refused.json()
                .at("/details/errors")
                .valueStream()
                .map(error -> error.path("field").asText())
                .toList();
    }

    static KeyPair ed25519() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
