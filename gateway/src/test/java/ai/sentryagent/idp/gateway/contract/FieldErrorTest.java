package ai.sentryagent.idp.gateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FieldErrorTest {

    @Test
    void makesANameFromOutsideFitToBeWrittenOutAgain() {
        assertThat(new FieldError("a\0\r\n\ud83d\u00e9", "is not known here").field())
                .isEqualTo("a\uFFFD\uFFFD\uFFFD\uFFFD\u00e9");
    }

    @Test
    void keepsAnAstralCharacterWhole() {
        assertThat(new FieldError("\ud83d\ude80", "is not known here").field()).isEqualTo("\ud83d\ude80");
    }
}
