package ai.sentryagent.idp.standalone.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.sentryagent.idp.runtime.config.ConfigurationException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DevOptionsTest {
    @Test
    void nothingTypedMeansTheDefaults() {
        assertThat(DevOptions.parse(List.of())).isEqualTo(new DevOptions(3000, Path.of(".agentidp"), false));
    }

    @Test
    void everyOptionIsRead() {
        assertThat(DevOptions.parse(List.of("--fresh", "--port", "8080", "--data", "a folder")))
                .isEqualTo(new DevOptions(8080, Path.of("a folder"), true));
    }

    @Test
    void aValueMayStandBehindAnEqualsSign() {
        assertThat(DevOptions.parse(List.of("--port=8080", "--data=a=b")))
                .isEqualTo(new DevOptions(8080, Path.of("a=b"), false));
    }

    @Test
    void everyMistakeIsReportedAtOnce() {
        assertThat(problems("--prot", "1", "--port", "none", "--fresh", "--fresh", "--data"))
                .containsExactly(
                        "unknown argument --prot",
                        "unknown argument 1",
                        "--port needs a number from 1 to 65535, not none",
                        "--fresh is given more than once",
                        "--data needs a folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65536", "99999999999", "-1", "3000x", "٣٠٠٠", " 3000"})
    void aPortIsANumberThatAPortCanHave(String port) {
        assertThat(problems("--port", port)).singleElement().asString().contains("1 to 65535, not " + port);
    }

    @Test
    void anOptionWhereTheFolderShouldStandIsNoFolder() {
        assertThat(problems("--data", "--fresh")).containsExactly("--data needs a folder");
    }

    @Test
    void aSwitchTakesNoValue() {
        assertThat(problems("--fresh=yes")).containsExactly("unknown argument --fresh=yes");
    }

    private static List<String> problems(String... arguments) {
        return catchThrowableOfType(ConfigurationException.class, () -> DevOptions.parse(List.of(arguments)))
                .problems();
    }
}
