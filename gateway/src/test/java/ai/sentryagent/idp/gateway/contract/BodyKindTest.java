package ai.sentryagent.idp.gateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyKindTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "Application/JSON",
                "application/json;charset=UTF-8",
                "application/json; charset=\"utf-8\"",
                "application/json; profile=x",
            })
    void readsJsonUnderItsMediaType(String contentType) {
        assertThat(BodyKind.JSON.accepts(contentType)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text/plain",
                "application/jsonp",
                "application/json; charset=utf-16",
                "application/x-www-form-urlencoded"
            })
    void doesNotReadJsonUnderAnother(String contentType) {
        assertThat(BodyKind.JSON.accepts(contentType)).isFalse();
    }

    @Test
    void readsNoBodyThatDoesNotSayWhatItIs() {
        assertThat(BodyKind.FORM.accepts(null)).isFalse();
        assertThat(BodyKind.NONE.accepts(null)).isTrue();
    }
}
