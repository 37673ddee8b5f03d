package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.dev.Sql;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.LoggerFactory;

/** No secret and no token is anywhere but with whom it was handed to. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class NoSecretLeft {
    private static final String PLANTED = "sk_live_" + "5ec4e7".repeat(8);

    private final Target target;

    NoSecretLeft(Target target) {
        this.target = target;
    }

    @Test
    void nothingThatIsWrittenDownHoldsASecret() throws Exception {
        new Outboxes(target.database()).untilEmpty();
        Map<String, String> places = places();
        assertThat(target.witness().scan().size()).isGreaterThan(10);
        assertThat(places).containsKeys("credentials.credentials", "audit.audit_events", "tokens.outbox");
        assertThat(places.get("the audit log")).contains("agent.created");
        assertThat(places.get("the outboxes")).contains("agent.created");
        assertThat(places.get("/metrics")).contains("agentidp_");
        assertThat(target.witness().scan().leaks(places)).isEmpty();

        plant();
        assertThat(target.witness().scan().leaks(places()))
                .extracting(leak -> leak.replaceFirst(":.*", ""))
                .contains("the log", "stdout and stderr", "the answers that refuse", "the outboxes", "agents.planted");
    }

    /** This scan can fail, wherever something may stand. */
    private void plant() throws Exception {
        LoggerFactory.getLogger(NoSecretLeft.class)
                .atInfo()
                .addKeyValue("planted", PLANTED)
                .log("Planted");
        System.err.println(PLANTED);
        target.witness().sawError(PLANTED);
        Sql.update(target.database(), "INSERT INTO public.noted VALUES ('" + PLANTED + "')");
        Sql.update(target.database(), "CREATE TABLE agents.planted AS SELECT '" + PLANTED + "' AS secret");
    }

    private Map<String, String> places() throws Exception {
        return target.witness().places(target.database(), Management.of(target.product()));
    }
}
