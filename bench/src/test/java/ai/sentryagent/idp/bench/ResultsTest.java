package ai.sentryagent.idp.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ResultsTest {
    private static final Map<Part, Double> CPU = Map.of(Part.SERVER, 0.3);

    private final Results results = new Results();

    private record Named(String key) implements Contender {
        @Override
        public String name() {
            return key;
        }

        @Override
        public Set<Row> rows() {
            return Set.of(Row.TOKENS);
        }

        @Override
        public void prepare(Children children) {}

        @Override
        public Running start(Children children) throws IOException {
            throw new IOException("It is only named");
        }
    }

    private void add(String contender, double rate, double errors) {
        results.add(Row.TOKENS, new Named(contender), new Measurement(rate, 10, 40, errors, CPU, 0.01, 0));
    }

    private Optional<Bound> bound(String what) {
        results.add(new Machine(0.2, 0.2, 0.02, 1000, 1000));
        return Bounds.of(results).stream()
                .filter(bound -> bound.what().contains(what))
                .findFirst();
    }

    @Test
    void theMedianOfTheRoundsCountsAndOfErrorsTheMost() {
        List.of(100.0, 900.0, 300.0).forEach(rate -> add("one", rate, rate == 100 ? 7 : 0));
        assertThat(results.of(Row.TOKENS, "one"))
                .hasValueSatisfying(median -> assertThat(median.rate()).isEqualTo(300))
                .hasValueSatisfying(median -> assertThat(median.errors()).isEqualTo(7));
        add("one", 500, 0);
        assertThat(results.of(Row.TOKENS, "one"))
                .hasValueSatisfying(median -> assertThat(median.rate()).isEqualTo(400));
    }

    @Test
    void aBoundIsMetUpToItsLimitAndNotBeyond() {
        add("one", 600, 0);
        add("keycloak", 100, 0);
        assertThat(bound("rate, of that of keycloak"))
                .hasValueSatisfying(six -> assertThat(six.isMet()).isTrue());
        add("one", 590, 0);
        assertThat(bound("rate, of that of keycloak"))
                .hasValueSatisfying(less -> assertThat(less.isMet()).isFalse());
        assertThat(bound("in signatures of OpenSSL")).hasValueSatisfying(signatures -> assertThat(signatures.figure())
                .isEqualTo(0.3 / 0.2));
    }

    @Test
    void ofWhatWasNotMeasuredNothingIsSaid() {
        add("one", 600, 0);
        assertThat(bound("keycloak")).isEmpty();
        assertThat(bound("memory")).isEmpty();
    }

    @Test
    void ofFiveProcessesTheServicesAreHeldToTheirMemoryAndNotTheGatewayThatStartedThem() {
        results.add(new Named("five"), new Results.State(10, 1100, 240, 190, 0, 0, 0));
        assertThat(bound("memory, five"))
                .hasValueSatisfying(memory -> assertThat(memory.isMet()).isTrue());
        results.add(new Named("five"), new Results.State(10, 1100, 240, 230, 0, 0, 0));
        assertThat(bound("memory, five"))
                .hasValueSatisfying(memory -> assertThat(memory.figure()).isEqualTo(210));
    }

    @Test
    void anErrorOrAnEventLoopThatWasHeldUpMissesABound() {
        add("one", 600, 1);
        results.add(new Named("one"), new Results.State(2, 300, 300, 0, 0, 0, 1));
        assertThat(bound("errors, one"))
                .hasValueSatisfying(errors -> assertThat(errors.isMet()).isFalse());
        assertThat(bound("held up"))
                .hasValueSatisfying(heldUp -> assertThat(heldUp.isMet()).isFalse());
    }
}
