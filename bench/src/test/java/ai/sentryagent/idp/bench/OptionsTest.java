package ai.sentryagent.idp.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OptionsTest {
    @Test
    void everythingIsMeasuredThreeTimesUnlessOneSaysOtherwise() {
        Options options = Options.parse(List.of());
        assertThat(options).isEqualTo(new Options(options.only(), 3, 10, 180));
        assertThat(Row.values()).allMatch(options::means);
    }

    @Test
    void aContenderAloneIsMeasuredInEveryRow() {
        Options options = Options.parse(List.of("--only", "keycloak"));
        assertThat(Row.values()).allMatch(options::means);
    }

    @Test
    void aRowIsMeasuredWithoutTheOthers() {
        Options options = Options.parse(List.of("--only", "tokens,one", "--rounds", "1"));
        assertThat(options.means(Row.TOKENS)).isTrue();
        assertThat(options.means(Row.INTROSPECT)).isFalse();
        assertThat(options.rounds()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "--rounds 0, --rounds needs a number",
        "--seconds ten, --seconds needs a number",
        "--warmup, --warmup needs a value",
        "--only tokens;hydra, and not hydra",
        "--only tokens;, and not ",
        "--fast yes, unknown argument --fast"
    })
    void aMistakeIsNamed(String words, String named) {
        List<String> typed = List.of(words.replace(';', ',').split(" ", -1));
        assertThatThrownBy(() -> Options.parse(typed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named.strip());
    }
}
