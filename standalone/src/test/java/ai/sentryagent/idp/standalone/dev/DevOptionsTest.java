package ai.sentryagent.idp.standalone.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.sentryagent.idp.runtime.config.ConfigurationException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DevOptionsTest {
    @Test
    void nothingTypedMeansTheDefaults() {
        assertThat(DevOptions.parse(List.of()))
                .isEqualTo(new DevOptions(3000, Path.of(".agentidp"), false, false, Map.of()));
    }

    @Test
    void everyOptionIsRead() {
        assertThat(DevOptions.parse(List.of("--fresh", "--port", "8080", "--data", "a folder")))
                .isEqualTo(new DevOptions(8080, Path.of("a folder"), true, false, Map.of()));
    }

    @Test
    void aValueMayStandBehindAnEqualsSign() {
        assertThat(DevOptions.parse(List.of("--port=8080", "--data=a=b")))
                .isEqualTo(new DevOptions(8080, Path.of("a=b"), false, false, Map.of()));
    }

    @Test
    void aClusterCanBeScaledModuleByModule() {
        assertThat(DevOptions.parse(List.of("--cluster", "--scale", "token-service=2", "--scale=gateway=3")))
                .isEqualTo(new DevOptions(
                        3000, Path.of(".agentidp"), false, true, Map.of("token-service", 2, "gateway", 3)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "token-service", "token-service=0", "token-service=10", "tokens=2", "--fresh"})
    void aScaleIsAModuleAndANumber(String scale) {
        assertThat(problems("--cluster", "--scale", scale))
                .singleElement()
                .asString()
                .startsWith("--scale needs a module and a number from 1 to 9, such as token-service=2");
    }

    @Test
    void aScaleNeedsAClusterAndOneNumberAModule() {
        assertThat(problems("--scale", "gateway=2", "--scale", "gateway=3"))
                .containsExactlyInAnyOrder("--scale gateway is given more than once", "--scale needs --cluster");
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
