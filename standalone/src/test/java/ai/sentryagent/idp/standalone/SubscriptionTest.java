package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.Fact;
import ai.sentryagent.idp.schema.FactHandlers;
import ai.sentryagent.idp.schema.Subscription;
import ai.sentryagent.idp.schema.audit.AuditOperations;
import ai.sentryagent.idp.schema.audit.Unfollow;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What a consumer hears of a running product, when it stops and starts and when it fails. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SubscriptionTest {
    private final String database = TestServers.freshDatabase();
    private final RunningProduct product = RunningProduct.start(Map.of("DATABASE_URL", database));
    private final Management management = Management.of(product);
    private final Bus bus = product.bus();
    private final List<Subscription> started = new ArrayList<>();

    @AfterAll
    void stop() {
        started.forEach(subscription -> subscription.close().await());
        product.close();
    }

    @Test
    void aNewNameHearsWhatHappensFromThenOn() throws SQLException {
        String before = agent();
        Ear ear = Ear.open();
        start(Subscription.of("from-now-on", ear.handlers()));
        String after = agent();
        ear.until(after);
        assertThat(ear.agents()).doesNotContain(before);
    }

    @Test
    void aNewNameThatAsksForTheBeginningHearsEverythingInTheOrderOfTheLog() throws Exception {
        String last = agent();
        List<Fact> heard = new CopyOnWriteArrayList<>();
        start(Subscription.of("from-the-beginning", fact -> {
                    heard.add(fact);
                    return Future.succeededFuture();
                })
                .fromBeginning());
        Patience.until("news of " + last, () -> heard, facts -> facts.stream()
                .anyMatch(fact -> last.equals(String.valueOf(fact.agentId()))));
        assertThat(heard.stream().map(fact -> fact.eventId().toString()))
                .startsWith(Sql.selectAll(
                                database,
                                "SELECT event_id FROM audit.audit_events WHERE sequence <= "
                                        + "(SELECT min(sequence) FROM audit.audit_events WHERE agent_id = '" + last
                                        + "') ORDER BY sequence")
                        .toArray(String[]::new));
    }

    @Test
    void whoStartsAgainGoesOnWhereItStopped() throws SQLException {
        Ear first = Ear.open();
        Subscription running = start(Subscription.of("restarted", first.handlers()));
        String one = agent();
        first.until(one);
        running.close().await();

        String two = agent();
        String three = agent();
        Ear second = Ear.open();
        start(Subscription.of("restarted", second.handlers()).fromBeginning());
        second.until(three);
        assertThat(first.agents()).containsExactly(one);
        assertThat(second.agents()).containsExactly(two, three);
    }

    @Test
    void whatFailsIsTriedAgainAndNothingAfterItIsHandledBefore() throws SQLException {
        List<String> agents = new CopyOnWriteArrayList<>();
        AtomicInteger failures = new AtomicInteger(3);
        Ear ear = Ear.of(agent -> {
            if (agents.indexOf(agent) == 1 && failures.getAndDecrement() > 0) {
                if (failures.get() == 1) {
                    throw new IllegalStateException("Thrown");
                }
                return Future.failedFuture("The database is away");
            }
            return Future.succeededFuture();
        });
        Subscription closed = start(Subscription.of("stumbling", ear.handlers()));
        closed.close().await();
        agents.addAll(List.of(agent(), agent(), agent())); // which it will find at once
        start(Subscription.of("stumbling", ear.handlers()));
        ear.until(agents.get(2));
        String failing = agents.get(1);
        assertThat(ear.agents()).containsExactly(agents.get(0), failing, failing, failing, failing, agents.get(2));
    }

    @Test
    void ofTwoUnderOneNameTheOneThatIsBehindGoesOnWhereTheOtherIs() throws Exception {
        Promise<Void> release = Promise.promise();
        Ear slow = Ear.of(agent -> release.future());
        start(Subscription.of("twins", slow.handlers()));
        String one = agent();
        slow.until(one);
        Ear quick = Ear.open();
        Subscription ahead = start(Subscription.of("twins", quick.handlers()));
        String two = agent();
        quick.until(two);
        Patience.until("an acknowledged position", () -> lag("twins"), lag -> lag == 0);

        ahead.close().await(); // or it may be the one that hears of the third
        release.complete();
        String three = agent();
        slow.until(three);
        assertThat(slow.agents()).containsExactly(one, three);
        assertThat(quick.agents()).containsExactly(one, two);
    }

    @Test
    void whoHasBeenRemovedIsNewAgain() throws SQLException {
        Ear ear = Ear.open();
        Subscription running = start(Subscription.of("removed", ear.handlers()));
        running.close().await();
        String missed = agent();
        unfollow("removed");
        start(Subscription.of("removed", ear.handlers()));
        String heard = agent();
        ear.until(heard);
        assertThat(ear.agents()).doesNotContain(missed);
    }

    @Test
    void howFarASubscriptionIsBehindIsMeasuredForAsLongAsThereIsOne() throws SQLException {
        Subscription failing = start(Subscription.of("lagging", fact -> Future.failedFuture("Not today")));
        agent();
        agent();
        String gauge = "agentidp_subscription_lag{subscription=\"lagging\"} ";
        Patience.until("a lag of 2", this::metrics, text -> text.contains(gauge + "2.0"));
        failing.close().await();
        unfollow("lagging");
        Patience.until("no lag", this::metrics, text -> !text.contains(gauge));
    }

    @Test
    void aNameThatMayNotBeIsRefusedBeforeAnythingIsAsked() {
        for (String name : List.of("", "Billing", "1st", "a_b", "a".repeat(64), "x\n")) {
            assertThatThrownBy(() -> Subscription.of(name, new FactHandlers()))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[a-z][a-z0-9-]{0,62}");
        }
    }

    private Subscription start(Subscription subscription) {
        subscription.start(bus).await();
        started.add(subscription);
        return subscription;
    }

    private void unfollow(String subscription) {
        new Asker(bus).ask(AuditOperations.UNFOLLOW, new Unfollow(subscription));
    }

    /** Registers an agent and waits until the log knows. */
    private String agent() throws SQLException {
        String id =
                management.post(Management.AGENTS, Management.registration()).text("agentId");
        new Outboxes(database).untilEmpty();
        return id;
    }

    private long lag(String name) throws Exception {
        return Long.parseLong(Sql.select(
                database,
                "SELECT sequence - position FROM audit.subscriptions, audit.audit_head WHERE name = '" + name + "'"));
    }

    private String metrics() {
        return product.send("GET", "/metrics", Map.of(), "").json().asText();
    }
}
