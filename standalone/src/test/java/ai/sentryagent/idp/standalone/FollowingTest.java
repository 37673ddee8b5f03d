package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.audit.Acknowledge;
import ai.sentryagent.idp.schema.audit.AuditOperations;
import ai.sentryagent.idp.schema.audit.Follow;
import ai.sentryagent.idp.schema.audit.Follow.From;
import ai.sentryagent.idp.schema.audit.Followed;
import ai.sentryagent.idp.schema.audit.Unfollow;
import ai.sentryagent.idp.schema.audit.Unfollowed;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** How the audit log answers those who follow it. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FollowingTest {
    private static final int EVENTS = 12;

    private final String database = TestServers.freshDatabase();
    private final RunningProduct product = RunningProduct.start(Map.of("DATABASE_URL", database));
    private final Asker asker = new Asker(product.bus());
    private final AtomicInteger hints = new AtomicInteger();

    @BeforeAll
    void fill() throws Exception {
        AuditOperations.APPENDED.hear(asker.bus(), hints::incrementAndGet).await();
        Management management = Management.of(product);
        for (int i = 0; i < EVENTS; i++) {
            management.post(Management.AGENTS, Management.registration());
        }
        new Outboxes(database).untilEmpty();
    }

    @AfterAll
    void stop() {
        product.close();
    }

    @Test
    void readingMovesNothingAndAcknowledgingDoes() {
        assertThat(Asker.sequences(asker.follow("reader", 2))).containsExactly(1L, 2L);
        assertThat(Asker.sequences(asker.follow("reader", 3))).containsExactly(1L, 2L, 3L);
        assertThat(asker.acknowledge("reader", 2)).isEqualTo(2);
        assertThat(Asker.sequences(asker.follow("reader", 2))).containsExactly(3L, 4L);
        assertThat(asker.follow("reader", 1).position()).isEqualTo(2);
    }

    @Test
    void whenTheLogHasGrownItHints() {
        Patience.until("a hint", hints::get, given -> given > 0);
    }

    @Test
    void aPositionNeverMovesBack() {
        asker.follow("steady", 1);
        assertThat(asker.acknowledge("steady", 5)).isEqualTo(5);
        assertThat(asker.acknowledge("steady", 3)).isEqualTo(5);
        assertThat(Asker.sequences(asker.follow("steady", 1))).containsExactly(6L);
    }

    @Test
    void whatIsToldIsTheFactAsItIsInTheLog() throws SQLException {
        Followed.Entry entry = asker.follow("exact", EVENTS).facts().stream()
                .filter(one -> one.fact().type().equals("agent.created"))
                .findFirst()
                .orElseThrow();
        assertThat(Sql.select(
                        database,
                        "SELECT concat_ws(' ', event_id, action, agent_id, outcome, request_id, actor_id, ip_address, "
                                + "metadata->>'revision') FROM audit.audit_events WHERE sequence = "
                                + entry.sequence()))
                .isEqualTo(String.join(
                        " ",
                        entry.fact().eventId().toString(),
                        entry.fact().type(),
                        String.valueOf(entry.fact().agentId()),
                        entry.fact().outcome().word(),
                        entry.fact().requestId(),
                        String.valueOf(entry.fact().actorId()),
                        entry.fact().ipAddress(),
                        entry.fact().data().path("revision").asText()));
    }

    @Test
    void whatMayNotBeIsRefused() {
        for (String name : List.of("", "Billing", "a_b", "a".repeat(64))) {
            assertThat(asker.refusal(AuditOperations.FOLLOW, new Follow(name, From.END, 1)))
                    .isEqualTo(ErrorCode.VALIDATION_ERROR);
        }
        for (int limit : List.of(0, Follow.MOST + 1)) {
            assertThat(asker.refusal(AuditOperations.FOLLOW, new Follow("bounded", From.END, limit)))
                    .isEqualTo(ErrorCode.VALIDATION_ERROR);
        }
        asker.follow("eager", 1);
        for (long sequence : List.of(-1L, asker.follow("eager", 1).head() + 1)) {
            assertThat(asker.refusal(AuditOperations.ACKNOWLEDGE, new Acknowledge("eager", sequence)))
                    .isEqualTo(ErrorCode.VALIDATION_ERROR);
        }
        assertThat(asker.refusal(AuditOperations.ACKNOWLEDGE, new Acknowledge("nobody", 1)))
                .isEqualTo(ErrorCode.SUBSCRIPTION_NOT_FOUND);
    }

    @Test
    void removingTwiceIsLikeRemovingOnce() {
        asker.follow("leaver", 1);
        for (int i = 0; i < 2; i++) {
            assertThat(asker.ask(AuditOperations.UNFOLLOW, new Unfollow("leaver")))
                    .isEqualTo(new Unfollowed());
        }
        assertThat(asker.refusal(AuditOperations.ACKNOWLEDGE, new Acknowledge("leaver", 1)))
                .isEqualTo(ErrorCode.SUBSCRIPTION_NOT_FOUND);
    }
}
