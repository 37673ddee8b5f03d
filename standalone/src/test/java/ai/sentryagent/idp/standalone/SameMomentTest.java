package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.OAuthCaller.Client;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import com.nimbusds.jwt.SignedJWT;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Requests that come together share statements and calls of Redis, and each gets what is its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SameMomentTest {
    private static final int TIMES = 24;
    private static final String UNKNOWN = "019cad9d-de6c-7c3a-9d41-5f0e2b6a8c11";

    private final String database = TestServers.freshDatabase();
    private final RunningProduct product =
            RunningProduct.start(Map.of("DATABASE_URL", database, "RATE_LIMIT_MAX_REQUESTS", "1000"));
    private final OAuthCaller caller = new OAuthCaller(product);

    @AfterAll
    void stop() {
        product.close();
    }

    @Test
    void eachTokenIsJudgedByItsOwnMarks() throws Exception {
        Client one = reader();
        Client other = reader();
        Client suspended = reader();
        String live = caller.token(one, "agents:read");
        String revoked = caller.token(one, "agents:read");
        String another = caller.token(other, "agents:read");
        String stopped = caller.token(suspended, "agents:read");
        assertThat(caller.revoke(one, revoked).status()).isEqualTo(200);
        suspend(suspended);

        List<Callable<Reply>> requests = new ArrayList<>();
        for (int i = 0; i < TIMES; i++) {
            List.of(live, revoked, another, stopped).forEach(token -> requests.add(() -> get(one, token)));
        }
        List<Reply> replies = Crowd.together(requests);

        for (int i = 0; i < replies.size(); i++) {
            assertThat(replies.get(i).status()).as("request %d", i).isEqualTo(i % 2 == 0 ? 200 : 401);
        }
    }

    @Test
    void eachClientIsChargedItsOwnBudget() throws Exception {
        String one = caller.token(reader(), "agents:read");
        Client asked = reader();
        String other = caller.token(asked, "agents:read");
        long before = left(get(asked, one));
        List<Callable<Reply>> requests = new ArrayList<>();
        for (int i = 0; i < TIMES; i++) {
            requests.add(() -> get(asked, one));
            requests.add(() -> get(asked, other));
            requests.add(() -> get(asked, one));
        }
        Crowd.together(requests);
        assertThat(before - left(get(asked, one))).isEqualTo(2 * TIMES + 1);
    }

    @Test
    void eachClientGetsItsOwnTokenOrItsOwnRefusal() throws Exception {
        Client one = caller.register();
        Client other = caller.register();
        Client suspended = caller.register();
        suspend(suspended);
        Client wrong = new Client(one.id(), one.credentialId(), other.secret());
        Client unknown = new Client(UNKNOWN, one.credentialId(), one.secret());

        List<Callable<Reply>> requests = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            List.of(one, suspended, other, wrong, unknown)
                    .forEach(client -> requests.add(() -> caller.issue(client, "")));
        }
        List<Reply> replies = Crowd.together(requests);

        for (int i = 0; i < replies.size(); i += 5) {
            assertThat(subject(replies.get(i))).isEqualTo(one.id());
            assertThat(replies.get(i + 1).text("error")).isEqualTo("unauthorized_client");
            assertThat(subject(replies.get(i + 2))).isEqualTo(other.id());
            assertThat(replies.get(i + 3).text("error")).isEqualTo("invalid_client");
            assertThat(replies.get(i + 4).text("error")).isEqualTo("invalid_client");
        }
    }

    @Test
    void eachReaderGetsTheAgentThatItAskedForOrHearsThatThereIsNone() throws Exception {
        Client one = reader();
        Client other = reader();
        String token = caller.token(one, "agents:read");
        assertThat(product.json("PATCH", OAuthCaller.AGENTS + other.id(), caller.admin(), "{\"version\":\"2.0.0\"}")
                        .status())
                .isEqualTo(200);
        List<Callable<Reply>> requests = new ArrayList<>();
        for (int i = 0; i < TIMES; i++) {
            List.of(one.id(), UNKNOWN, other.id())
                    .forEach(id -> requests.add(() -> product.json("GET", OAuthCaller.AGENTS + id, token, "")));
        }
        List<Reply> replies = Crowd.together(requests);

        for (int i = 0; i < replies.size(); i += 3) {
            assertThat(replies.get(i).text("agentId")).isEqualTo(one.id());
            assertThat(replies.get(i).text("version")).isNotEqualTo("2.0.0");
            assertThat(replies.get(i + 1).text("code")).isEqualTo("AGENT_NOT_FOUND");
            assertThat(replies.get(i + 2).text("agentId")).isEqualTo(other.id());
            assertThat(replies.get(i + 2).text("version")).isEqualTo("2.0.0");
        }
    }

    /** While the first waits for somebody who has its row, the others gather. */
    @Test
    void whatIsUsedMeanwhileIsWrittenDownTogetherAndNoLastUseGoesBack() throws Exception {
        Client first = caller.register();
        List<Client> others = Stream.generate(caller::register).limit(12).toList();
        String theirs = others.stream()
                .map(client -> "'" + client.credentialId() + "'")
                .collect(Collectors.joining(", ", " WHERE credential_id IN (", ") AND last_used_at IS NOT NULL"));
        String itself = " WHERE credential_id = '" + first.credentialId() + "'";
        try (Connection later =
                Sql.hold(database, "UPDATE credentials.credentials SET last_used_at = '2999-12-31'" + itself)) {
            caller.token(first, "");
            List<Callable<Reply>> requests = new ArrayList<>();
            others.forEach(client -> requests.addAll(Collections.nCopies(2, () -> caller.issue(client, ""))));
            assertThat(Crowd.together(requests)).extracting(Reply::status).containsOnly(200);
            later.commit();
        }
        Patience.until(
                "the last use of the others",
                () -> Sql.number(database, "SELECT count(*) FROM credentials.credentials" + theirs),
                written -> written == others.size());

        assertThat(Sql.number(database, "SELECT count(DISTINCT xmin::text) FROM credentials.credentials" + theirs))
                .as("transactions")
                .isEqualTo(1);
        assertThat(Sql.select(database, "SELECT last_used_at::date FROM credentials.credentials" + itself))
                .isEqualTo("2999-12-31");
    }

    private Client reader() {
        return caller.register(List.of("data:read"), List.of("agents:read"));
    }

    private void suspend(Client client) {
        Reply suspended =
                product.json("PATCH", OAuthCaller.AGENTS + client.id(), caller.admin(), "{\"status\":\"suspended\"}");
        assertThat(suspended.status()).as("%s", suspended).isEqualTo(200);
    }

    private Reply get(Client asked, String token) {
        return product.json("GET", OAuthCaller.AGENTS + asked.id(), token, "");
    }

    private static long left(Reply reply) {
        return Long.parseLong(reply.headers()
                .getOrDefault("x-ratelimit-remaining", List.of("none"))
                .get(0));
    }

    private static String subject(Reply issued) throws Exception {
        return SignedJWT.parse(issued.text("access_token")).getJWTClaimsSet().getSubject();
    }
}
