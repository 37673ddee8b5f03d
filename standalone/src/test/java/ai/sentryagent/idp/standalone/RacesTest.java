package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.Cast.Member;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Two at once, who cannot both have their way. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
final class RacesTest {
    private final String database = TestServers.freshDatabase();
    private final RunningProduct product =
            RunningProduct.start(Map.of("DATABASE_URL", database, "MAX_AGENTS", "0", "MAX_TOKENS_PER_MONTH", "0"));
    private final Cast cast = Cast.on(product);

    @AfterAll
    void stop() {
        product.close();
    }

    @Test
    void noTokenIssuedBeforeOrDuringASuspensionOutlivesIt() throws Exception {
        noTokenOutlives(cast::suspend, 200);
    }

    @Test
    void noTokenIssuedBeforeOrDuringADecommissionOutlivesIt() throws Exception {
        noTokenOutlives(cast::decommission, 204);
    }

    @Test
    void noTokenIssuedBeforeOrDuringTheRevocationOfItsCredentialOutlivesIt() throws Exception {
        noTokenOutlives(member -> product.json("DELETE", member.credential(), cast.admin(), ""), 204);
    }

    private void noTokenOutlives(Function<Member, Reply> end, int answer) throws Exception {
        Member member = cast.member();
        Crowd issuing = new Crowd();
        try (issuing) {
            issuing.keepAsking(4, () -> cast.ask(member));
            issuing.untilMore(20, 200);
            assertThat(end.apply(member).status()).isEqualTo(answer);
            assertThat(cast.ask(member).status()).isNotEqualTo(200);
        }
        List<String> tokens = issuing.replies().stream()
                .filter(reply -> reply.status() == 200)
                .map(reply -> reply.text("access_token"))
                .toList();
        assertThat(tokens).hasSizeGreaterThanOrEqualTo(20);
        assertThat(tokens)
                .noneMatch(token -> cast.introspect(token).json().path("active").asBoolean());
        assertThat(tokens).allMatch(token -> cast.bear(member, token).status() == 401);
    }

    @Test
    void ofManyRotationsAtOnceExactlyOneSecretIsLeft() throws Exception {
        Member member = cast.member();
        List<Reply> rotated = Crowd.together(Collections.nCopies(8, rotation(member)));
        assertThat(rotated).extracting(Reply::status).containsOnly(200);
        assertThat(secrets(member, rotated))
                .filteredOn(secret -> works(member, secret))
                .hasSize(1);
    }

    /** Each costs a slow hash, of which 40 may wait. */
    @Test
    void oneAgentsRotationsLeaveRoomForThoseOfOthers() throws Exception {
        Member greedy = cast.member();
        Member other = cast.member();
        List<Callable<Reply>> requests = new ArrayList<>(Collections.nCopies(30, rotation(greedy)));
        requests.add(rotation(other));
        List<Reply> replies = Crowd.together(requests);
        assertThat(replies.remove(30).status()).isEqualTo(200);
        assertThat(replies).extracting(Reply::status).contains(200, 503).containsOnly(200, 503);
    }

    @Test
    void aRevocationWinsAgainstTheRotationsAroundIt() throws Exception {
        Member member = cast.member();
        List<Callable<Reply>> requests = new ArrayList<>(Collections.nCopies(7, rotation(member)));
        requests.add(3, () -> product.json("DELETE", member.credential(), cast.admin(), ""));
        List<Reply> replies = Crowd.together(requests);
        assertThat(replies.remove(3).status()).isEqualTo(204);
        assertThat(replies).extracting(Reply::status).isSubsetOf(200, 409);
        assertThat(secrets(member, replies)).noneMatch(secret -> works(member, secret));
    }

    @Test
    void aDecommissionLeavesNoCredentialOfThoseMadeAroundIt() throws Exception {
        Member member = cast.member();
        List<Callable<Reply>> requests = new ArrayList<>(
                Collections.nCopies(7, () -> product.json("POST", member.credentials(), cast.admin(), "")));
        requests.add(3, () -> cast.decommission(member));
        List<Reply> replies = Crowd.together(requests);
        assertThat(replies.remove(3).status()).isEqualTo(204);
        assertThat(replies).extracting(Reply::status).isSubsetOf(201, 409);
        assertThat(secrets(member, replies)).noneMatch(secret -> works(member, secret));
        assertThat(product.json("GET", member.credentials() + "?status=active", cast.admin(), "")
                        .json()
                        .path("total")
                        .asInt())
                .isZero();
    }

    @Test
    void oneEmailGetsOneAgentAndTheOthersTakeNoPlace() throws Exception {
        RunningProduct small = RunningProduct.start(Map.of("MAX_AGENTS", "3"));
        try {
            Cast here = Cast.on(small);
            List<Reply> replies = Crowd.together(Collections.nCopies(12, () -> here.register("One@Race.example")));
            assertThat(replies).filteredOn(reply -> reply.status() == 201).hasSize(1);
            assertThat(replies).filteredOn(reply -> reply.status() == 409).hasSize(11);
            assertThat(here.register("third@race.example").status()).isEqualTo(201);
            assertThat(here.register("fourth@race.example").status()).isEqualTo(403);
        } finally {
            small.close();
        }
    }

    @Test
    void aRegistrationAndTheDecommissionOfTheSameEmailDoNotWaitForEachOther() throws Exception {
        List<Callable<Reply>> requests = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            String email = "again" + i + "@race.example";
            String path = Cast.AGENTS + "/" + cast.register(email).text("agentId");
            requests.add(() -> product.json("DELETE", path, cast.admin(), ""));
            requests.add(() -> cast.register(email));
        }
        assertThat(Crowd.together(requests)).extracting(Reply::status).containsOnly(204, 409);
    }

    @Test
    void ofManyChangesUnderOneETagExactlyOneIsMade() throws Exception {
        Member member = cast.member();
        String tag = product.json("GET", member.path(), cast.admin(), "").header("etag");
        List<Callable<Reply>> changes = IntStream.range(0, 10)
                .<Callable<Reply>>mapToObj(i -> () -> product.send(
                        "PATCH",
                        member.path(),
                        Map.of(
                                "authorization",
                                "Bearer " + cast.admin(),
                                "content-type",
                                "application/json",
                                "if-match",
                                tag),
                        "{\"owner\":\"owner" + i + "\"}"))
                .toList();
        List<Reply> replies = Crowd.together(changes);
        List<Reply> made =
                replies.stream().filter(reply -> reply.status() == 200).toList();
        assertThat(made).hasSize(1);
        assertThat(replies).filteredOn(reply -> reply.status() == 412).hasSize(9);
        assertThat(product.json("GET", member.path(), cast.admin(), "").text("owner"))
                .isEqualTo(made.get(0).text("owner"));
    }

    @Test
    void aTokenThatManyRevokeAtOnceIsRevokedOnceInTheLog() throws Exception {
        String token = cast.token(cast.member());
        assertThat(Crowd.together(Collections.nCopies(8, () -> cast.revoke(token))))
                .extracting(Reply::status)
                .containsOnly(200);
        new Outboxes(database).untilEmpty();
        assertThat(product.json("GET", "/api/v1/audit?action=token.revoked&limit=100", cast.admin(), "")
                        .json()
                        .findValuesAsText("jti"))
                .containsOnlyOnce(Cast.jti(token));
    }

    private Callable<Reply> rotation(Member member) {
        return () -> product.json("POST", member.credential() + "/rotate", cast.admin(), "");
    }

    /** The first secret and every one that was handed out since. */
    private static List<String> secrets(Member member, List<Reply> replies) {
        return Stream.concat(
                        Stream.of(member.secret()),
                        replies.stream().filter(reply -> reply.status() < 300).map(reply -> reply.text("clientSecret")))
                .toList();
    }

    private boolean works(Member member, String secret) {
        return product.token(member.id(), secret, "").status() == 200;
    }
}
