package ai.sentryagent.idp.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a member knows of the others, whatever they say when. */
final class RosterTest {
    private static final String HERE = "here";
    private static final String THERE = "there";
    private static final String ADDRESS = "tokens.issue";
    private static final NodeInfo PLACE = new NodeInfo("10.0.0.2", 15_701, new JsonObject().put("zone", "b"));
    private static final Offer ONE_CONSUMER = Offer.NOTHING.at(PLACE).with(ADDRESS, 7);

    private final Roster roster = new Roster(HERE);

    @Test
    void aNewcomerIsAskedOnceAndWheneverItSaysThatItIsThereUntilItTells() {
        roster.accept(List.of(HERE, THERE));
        assertThat(roster.strangers()).containsExactly(THERE);
        assertThat(roster.news().toAsk()).containsExactly(THERE);
        assertThat(roster.news().toAsk()).isEmpty();
        roster.hear(THERE, 0);
        assertThat(roster.news().toAsk()).containsExactly(THERE);
        roster.take(THERE, ONE_CONSUMER);
        assertThat(roster.strangers()).isEmpty();
        roster.hear(THERE, ONE_CONSUMER.version());
        assertThat(roster.news().toAsk()).isEmpty();
    }

    @Test
    void whatAMemberOffersIsKnownWithItsPlaceAndToldOn() {
        roster.accept(List.of(HERE, THERE));
        roster.take(THERE, Offer.fromJson(new JsonObject(ONE_CONSUMER.toJson().encode())));
        assertThat(roster.place(THERE)).isEqualTo(PLACE);
        assertThat(roster.consumers(ADDRESS)).containsExactly(new RegistrationInfo(THERE, 7, false));
        Roster.News news = roster.news();
        assertThat(news.changed()).containsExactly(ADDRESS);
        assertThat(news.toConfirm()).isEqualTo(Map.of(THERE, ONE_CONSUMER.version()));
    }

    @Test
    void anOlderOfferThatComesLaterChangesNothing() {
        roster.accept(List.of(HERE, THERE));
        roster.take(THERE, ONE_CONSUMER.without(ADDRESS, 7));
        roster.take(THERE, ONE_CONSUMER);
        assertThat(roster.consumers(ADDRESS)).isEmpty();
    }

    @Test
    void whoeverHasGoneOffersNothingAndIsNotBelievedAfterwards() {
        roster.accept(List.of(HERE, THERE));
        roster.take(THERE, ONE_CONSUMER);
        roster.news();
        roster.accept(List.of(HERE));
        assertThat(roster.news().changed()).containsExactly(ADDRESS);
        roster.take(THERE, ONE_CONSUMER.with(ADDRESS, 8));
        assertThat(roster.consumers(ADDRESS)).isEmpty();
        assertThat(roster.place(THERE)).isNull();
    }

    @Test
    void whoeverSaysThatItsOfferIsNewerIsAskedAndTheOldOneCountsMeanwhile() {
        roster.accept(List.of(HERE, THERE));
        roster.take(THERE, ONE_CONSUMER);
        roster.news();
        roster.hear(THERE, ONE_CONSUMER.version() + 1);
        assertThat(roster.news().toAsk()).containsExactly(THERE);
        assertThat(roster.consumers(ADDRESS)).hasSize(1);
    }

    @Test
    void whoeverIsNotInTheClusterIsNeitherAskedNorAnswered() {
        roster.accept(List.of(HERE));
        roster.hear(THERE, 3);
        roster.ask(THERE);
        Roster.News news = roster.news();
        assertThat(news.toAsk()).isEmpty();
        assertThat(news.askers()).isEmpty();
    }

    @Test
    void aChangeIsDoneWhenEachOtherHasTakenItInOrHasGone() {
        roster.accept(List.of(HERE, THERE, "elsewhere"));
        Promise<Void> done = Promise.promise();
        roster.change(offer -> offer.with(ADDRESS, 1), done);
        Roster.News news = roster.news();
        assertThat(news.offer()).isEqualTo(roster.own());
        assertThat(news.done()).isEmpty();
        roster.taken(THERE, roster.own().version() - 1);
        roster.taken("elsewhere", roster.own().version());
        assertThat(roster.news().done()).isEmpty();
        roster.ask(THERE);
        assertThat(roster.news().askers()).containsExactly(THERE);
        roster.accept(List.of(HERE, "elsewhere"));
        assertThat(roster.news().done()).containsExactly(done);
        assertThat(roster.news().offer()).as("nothing new").isNull();
    }

    @Test
    void whileSomebodyWaitsAllAreToldAgain() {
        roster.accept(List.of(HERE, THERE));
        Promise<Void> done = Promise.promise();
        roster.change(offer -> offer, done);
        roster.remind();
        assertThat(roster.news().offer()).as("though nothing has changed").isEqualTo(roster.own());
        assertThat(roster.news().offer()).isNull();
        roster.remind();
        assertThat(roster.news().offer()).isEqualTo(roster.own());
        roster.taken(THERE, roster.own().version());
        assertThat(roster.news().done()).containsExactly(done);
        roster.remind();
        assertThat(roster.news().offer()).as("nobody waits").isNull();
    }

    @Test
    void anOfferThatIsKnownIsConfirmedOnceMore() {
        roster.accept(List.of(HERE, THERE));
        roster.take(THERE, ONE_CONSUMER);
        roster.news();
        roster.take(THERE, ONE_CONSUMER);
        assertThat(roster.news().toConfirm()).isEqualTo(Map.of(THERE, ONE_CONSUMER.version()));
    }

    @Test
    void whoeverIsWithdrawnIsStillFoundByAnswers() {
        Promise<Void> done = Promise.promise();
        roster.accept(List.of(HERE));
        roster.change(offer -> offer.at(PLACE).with(ADDRESS, 1).withdrawn(), done);
        assertThat(roster.consumers(ADDRESS)).isEmpty();
        assertThat(roster.place(HERE)).isEqualTo(PLACE);
        assertThat(roster.news().done()).containsExactly(done);
    }
}
