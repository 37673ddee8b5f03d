package ai.sentryagent.idp.standalone.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * One agent from its registration to its end, by everything that can be done with it. What has not been answered is asked for
 * again; what must be dead is tried, on every way there is.
 */
final class AgentLife {
    private static final Duration BEFORE_ASKING_AGAIN = Duration.ofMillis(100);
    /** After the fault is over. */
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(60);

    private static final String SCOPE = "data:read";

    private final Api api;
    private final Ledger ledger;
    private final Duration patience;
    private String id = "";
    private String secret = "";

    /** @param longestFault for how long nothing at all may be answered as it should */
    AgentLife(Api api, Ledger ledger, Duration longestFault) {
        this.api = api;
        this.ledger = ledger;
        this.patience = longestFault.plus(ANSWERED_WITHIN);
    }

    void live() {
        id = settle(api::register, 201).text("agentId");
        Answer credential = settle(() -> api.generate(id), 201);
        String credentialId = credential.text("credentialId");
        secret = credential.text("clientSecret");

        String first = token();
        String second = token();
        assertAlive(first);
        settle(() -> api.revoke(first), 200);
        assertDead(first);
        assertAlive(second);

        String oldSecret = secret;
        secret = settle(() -> api.rotate(id, credentialId), 200).text("clientSecret");
        assertRefused(oldSecret, 401);
        assertAlive(second);
        String third = token();

        settle(() -> api.status(id, "agent.suspended", "suspended"), 200);
        assertDead(second);
        assertDead(third);
        assertRefused(secret, 400);
        settle(() -> api.status(id, "agent.reactivated", "active"), 200);
        assertDead(third);
        String fourth = token();
        assertAlive(fourth);

        end(() -> api.revoke(id, credentialId), fourth);
        assertRefused(secret, 401);
        end(() -> api.decommission(id), fourth);
        assertRefused(secret, 401); // what was revoked before the agent's end proves nothing after it
        ledger.ended(id);
    }

    private String token() {
        return settle(() -> api.token(id, secret, SCOPE), 200).text("access_token");
    }

    /** Asks until it has been done. */
    private Answer settle(Supplier<Answer> request, int done) {
        return until(request, answer -> {
            if (!answer.isOpen() && !Set.of(done, 202).contains(answer.status())) {
                throw wrong("not " + done, answer);
            }
            return answer.status() == done;
        });
    }

    /** The first answer that is so. Whoever waits for ever is wrong, too. */
    private Answer until(Supplier<Answer> request, Predicate<Answer> isSo) {
        long end = System.nanoTime() + patience.toNanos();
        Answer answer = request.get();
        while (!isSo.test(answer)) {
            if (System.nanoTime() > end) {
                throw wrong("nothing else for " + patience, answer);
            }
            LockSupport.parkNanos(BEFORE_ASKING_AGAIN.toNanos());
            answer = request.get();
        }
        return answer;
    }

    private AssertionError wrong(String what, Answer answer) {
        ledger.wrong(what, answer);
        return new AssertionError(what + ": " + answer);
    }

    /** An end that is known everywhere when it is answered with 204; after 202 or no answer, as soon as the token is refused. */
    private void end(Supplier<Answer> request, String token) {
        Answer answer = until(request, ended -> !ended.isOpen());
        if (!Set.of(202, 204, 409).contains(answer.status())) {
            throw wrong("no end", answer);
        }
        if (answer.status() != 204) {
            until(() -> api.bear(id, token), borne -> borne.status() == 401);
        }
        assertDead(token);
    }

    private void assertAlive(String token) {
        for (Answer answer : List.of(api.introspect(id, token), api.bear(id, token))) {
            if (!answer.isOpen() && !(answer.status() == 200 && answer.isActive())) {
                ledger.wrong("a live token was refused", answer);
            }
        }
    }

    private void assertDead(String token) {
        Ledger.Dead dead = new Ledger.Dead(id, token);
        ledger.bury(dead);
        check(api, ledger, dead);
    }

    /** Also for whoever tries what has been dead for long. */
    static void check(Api api, Ledger ledger, Ledger.Dead dead) {
        Answer introspected = api.introspect(dead.agentId(), dead.token());
        if (!introspected.isOpen() && introspected.isActive()) {
            ledger.wrong("a dead token is active", introspected);
        }
        Answer borne = api.bear(dead.agentId(), dead.token());
        if (!borne.isOpen() && borne.status() != 401) {
            ledger.wrong("a dead token was accepted", borne);
        }
    }

    private void assertRefused(String dead, int status) {
        Answer answer = api.token(id, dead, SCOPE);
        if (!answer.isOpen() && answer.status() != status) {
            ledger.wrong("a dead secret was not answered with " + status, answer);
        }
    }
}
