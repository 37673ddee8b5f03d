package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.schema.Fact;
import ai.sentryagent.idp.schema.Subscription;
import ai.sentryagent.idp.schema.audit.Followed.Gap;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What a subscription that stood still is told when the log has meanwhile dropped events that it never heard. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LostEventsTest {
    private static final int AGENTS = 8;

    private final String database = TestServers.freshDatabase();
    private final RunningProduct product = RunningProduct.start(Map.of("DATABASE_URL", database));
    private final Asker asker = new Asker(product.bus());
    private final CapturedLog log = CapturedLog.listening();

    @BeforeAll
    void drop() throws Exception {
        Management management = Management.of(product);
        for (int i = 0; i < AGENTS; i++) {
            management.post(Management.AGENTS, Management.registration());
        }
        new Outboxes(database).untilEmpty();
        for (String subscription : List.of("asking", "standing-still", "deciding")) {
            assertThat(asker.follow(subscription, 1).position()).isZero();
        }
        Sql.update(database, "DELETE FROM audit.audit_events WHERE sequence <= 3 OR sequence = 6");
    }

    @AfterAll
    void stop() {
        log.ignore();
        product.close();
    }

    @Test
    void aGapIsToldUntilItIsAcknowledgedAtTheBeginningInTheMiddleAndAtTheEnd() throws Exception {
        assertThat(asker.follow("asking", 100).gone()).isEqualTo(new Gap(1, 3));
        assertThat(asker.follow("asking", 100).facts()).isEmpty();
        asker.acknowledge("asking", 3);
        assertThat(asker.follow("asking", 100).gone()).isNull();
        assertThat(Asker.sequences(asker.follow("asking", 100))).containsExactly(4L, 5L);
        asker.acknowledge("asking", 4);
        assertThat(Asker.sequences(asker.follow("asking", 100))).containsExactly(5L);
        asker.acknowledge("asking", 5);
        assertThat(asker.follow("asking", 100).gone()).isEqualTo(new Gap(6, 6));
        asker.acknowledge("asking", 6);
        long head = asker.follow("asking", 100).head();
        Sql.update(
                database,
                "CREATE TABLE kept AS SELECT * FROM audit.audit_events WHERE sequence = " + head
                        + "; DELETE FROM audit.audit_events WHERE sequence = " + head);
        asker.acknowledge("asking", head - 1);
        assertThat(asker.follow("asking", 100).gone()).isEqualTo(new Gap(head, head));
        Sql.update(database, "INSERT INTO audit.audit_events SELECT * FROM kept");
        assertThat(Asker.sequences(asker.follow("asking", 100))).containsExactly(head);
    }

    @Test
    void aNewNameBeginsWithTheFirstThatIsLeft() {
        assertThat(asker.follow("newcomer", 1).gone()).isNull();
        assertThat(Asker.sequences(asker.follow("newcomer", 1))).containsExactly(4L);
    }

    @Test
    void aSubscriptionStandsStillAndSaysWhyUnlessItHasDecidedOtherwise() {
        List<Fact> heard = new CopyOnWriteArrayList<>();
        Function<Fact, Future<Void>> listener = fact -> {
            heard.add(fact);
            return Future.succeededFuture();
        };
        Subscription standing = Subscription.of("standing-still", listener);
        standing.start(product.bus()).await();
        Patience.until(
                "a warning",
                log::text,
                text -> text.contains("does not hold the facts 1 to 3 any more")
                        && text.contains("subscription=standing-still"));
        standing.close().await();
        assertThat(heard).isEmpty();
        assertThat(asker.follow("standing-still", 1).position()).isZero();

        List<Gap> gaps = new CopyOnWriteArrayList<>();
        Subscription deciding = Subscription.of("deciding", listener).overGaps(gap -> {
            gaps.add(gap);
            return Future.succeededFuture();
        });
        deciding.start(product.bus()).await();
        long left = asker.follow("deciding", 1).head() - 4;
        Patience.until("all that is left", heard::size, size -> size >= left);
        deciding.close().await();
        assertThat(gaps).containsExactly(new Gap(1, 3), new Gap(6, 6));
    }
}
