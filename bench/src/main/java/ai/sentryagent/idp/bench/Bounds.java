package ai.sentryagent.idp.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/** What AgentIdP promises of its speed, held against the results; of what was not measured nothing is said. */
final class Bounds {
    private final Results results;
    private final List<Bound> bounds = new ArrayList<>();

    private Bounds(Results results) {
        this.results = results;
    }

    static List<Bound> of(Results results) {
        Bounds all = new Bounds(results);
        all.tokens();
        all.es256();
        all.reads(Row.INTROSPECT);
        all.reads(Row.GET_AGENT);
        all.starts();
        all.blockages();
        all.errors();
        return all.bounds;
    }

    private void tokens() {
        signatures(AgentIdp.ONE, 1.6);
        beside(Row.TOKENS, AgentIdp.ONE, Keycloak.KEY, 6);
        both(
                Row.TOKENS,
                AgentIdp.ONE,
                Keycloak.KEY,
                (ours, theirs) -> bounds.add(Bound.atMost(
                        "tokens, one process: processor time, of Keycloak's",
                        ours.cpu(Part.SERVER) / theirs.cpu(Part.SERVER),
                        1 / 8.0)));
        beside(Row.TOKENS, AgentIdp.ONE, NodeProvider.KEY, 1.4);
        signatures(AgentIdp.FIVE, 3);
        beside(Row.TOKENS, AgentIdp.FIVE, Keycloak.KEY, 3);
    }

    private void signatures(String contender, double limit) {
        results.of(Row.TOKENS, contender).ifPresent(tokens -> {
            bounds.add(Bound.atMost(
                    "tokens, " + contender + ": processor time, in signatures of OpenSSL",
                    tokens.cpu(Part.SERVER) / results.machine().rsaMillis(),
                    limit));
            bounds.add(
                    Bound.atMost("tokens, " + contender + ": p99, in p50", tokens.p99Millis() / tokens.p50Millis(), 5));
        });
    }

    private void es256() {
        results.of(Row.TOKENS_ES256, AgentIdp.ONE_ES256).ifPresent(tokens -> {
            bounds.add(Bound.atMost("tokens with ES256: processor time, ms", tokens.cpu(Part.SERVER), 0.22));
            results.of(Row.TOKENS, AgentIdp.ONE)
                    .ifPresent(rsa -> bounds.add(Bound.atLeast(
                            "tokens with ES256: rate, of that with RS256", tokens.rate() / rsa.rate(), 2.5)));
        });
    }

    private void reads(Row row) {
        results.of(row, AgentIdp.ONE)
                .ifPresent(ours ->
                        bounds.add(Bound.atMost(row + ", one: processor time, ms", ours.cpu(Part.SERVER), 0.15)));
        beside(row, AgentIdp.ONE, Keycloak.KEY, 8);
    }

    private void starts() {
        results.of(AgentIdp.ONE).ifPresent(ours -> {
            results.of(Keycloak.KEY)
                    .ifPresent(theirs -> bounds.add(Bound.atMost(
                            "start to the first token, one: of Keycloak's",
                            ours.startSeconds() / theirs.startSeconds(),
                            1 / 3.0)));
            bounds.add(Bound.atMost("memory, one: MB", ours.memory(), 400));
        });
        results.of(AgentIdp.FIVE)
                .ifPresent(ours ->
                        bounds.add(Bound.atMost("memory, five: MB of the largest service", ours.largestChild(), 200)));
    }

    private void blockages() {
        AgentIdp.KEYS.forEach(key -> results.of(key)
                .ifPresent(ours -> bounds.add(Bound.atMost(
                        "event loops held up for over " + Blockages.AFTER_MILLIS + " ms, " + key,
                        ours.blockages(),
                        0))));
    }

    private void errors() {
        AgentIdp.KEYS.forEach(key -> {
            double errors = Arrays.stream(Row.values())
                    .flatMap(row -> results.of(row, key).stream())
                    .mapToDouble(Measurement::errors)
                    .sum();
            results.of(key).ifPresent(measured -> bounds.add(Bound.atMost("errors, " + key, errors, 0)));
        });
    }

    private void beside(Row row, String contender, String peer, double limit) {
        both(
                row,
                contender,
                peer,
                (ours, theirs) -> bounds.add(Bound.atLeast(
                        row + ", " + contender + ": rate, of that of " + peer, ours.rate() / theirs.rate(), limit)));
    }

    private void both(Row row, String contender, String peer, BiConsumer<Measurement, Measurement> compare) {
        results.of(row, contender)
                .ifPresent(ours -> results.of(row, peer).ifPresent(theirs -> compare.accept(ours, theirs)));
    }
}
