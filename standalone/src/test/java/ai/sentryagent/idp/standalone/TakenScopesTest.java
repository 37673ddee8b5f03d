package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.Management.Agent;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A management scope that was taken away stays away, although a token from before lives on for its time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TakenScopesTest {
    private static final List<String> SCOPES = List.of("agents:write", "audit:read");

    private final RunningProduct product = RunningProduct.start(Map.of());
    private final Management management = Management.of(product);
    private final Agent auditor = management.register(registration(List.of("audit:read")));
    private Agent demoted = auditor;
    private Management before = management;

    @BeforeEach
    void take() {
        demoted = management.register(registration(SCOPES));
        before = management.as(demoted, String.join(" ", SCOPES));
        assertThat(management
                        .patch(demoted.path(), scopes(List.of("agents:write")))
                        .status())
                .isEqualTo(200);
    }

    @AfterAll
    void stop() {
        product.close();
    }

    @Test
    void nobodyGivesItBackToThemselvesOrToAnother() {
        assertForbidden(before.patch(demoted.path(), scopes(SCOPES)));
        assertForbidden(before.patch(management.register().path(), scopes(SCOPES)));
        assertForbidden(before.post(Management.AGENTS, registration(SCOPES)));
    }

    @Test
    void nobodyGetsASecretOfWhoStillHasIt() {
        assertForbidden(before.post(auditor.path() + "/credentials", ""));
        assertForbidden(before.post(auditor.credential() + "/rotate", ""));
    }

    @Test
    void whatWasLeftCanBeGranted() {
        List<String> left = List.of("agents:write");
        assertThat(before.post(Management.AGENTS, registration(left)).status()).isEqualTo(201);
        assertThat(before.post(management.register(registration(left)).path() + "/credentials", "")
                        .status())
                .isEqualTo(201);
    }

    private static void assertForbidden(Reply reply) {
        assertThat(reply.status()).as("%s", reply).isEqualTo(403);
        assertThat(reply.json().at("/details/requiredScope").asText()).isEqualTo("audit:read");
    }

    private static ObjectNode registration(List<String> scopes) {
        return Management.registration().setAll(scopes(scopes));
    }

    private static ObjectNode scopes(List<String> scopes) {
        ObjectNode body = Management.json("{}");
        scopes.forEach(body.putArray("scopes")::add);
        return body;
    }
}
