package ai.sentryagent.idp.gateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormBodyCheckTest {

    @Test
    void decodesAForm() {
        CheckedRequest.Accepted accepted = issuing(
                        "grant_type=client_credentials&client_id=a%2Bb+c&scope=a%3Ab%20c%3A%2A")
                .accepted();

        assertThat(accepted.body().get("client_id").textValue()).isEqualTo("a+b c");
        assertThat(accepted.body().get("scope").textValue()).isEqualTo("a:b c:*");
    }

    /** RFC 6749 §3.2. */
    @Test
    void countsAParameterWithoutAValueAsLeftOut() {
        assertThat(issuing("grant_type=client_credentials&scope=&client_id")
                        .accepted()
                        .body()
                        .toString())
                .isEqualTo("{\"grant_type\":\"client_credentials\"}");
        assertThat(issuing("grant_type=").refused().errors())
                .containsExactly(new FieldError("grant_type", "is required"));
    }

    @Test
    void namesTheMissingParameterOfAnEmptyForm() {
        assertThat(issuing("").refused().errors()).containsExactly(new FieldError("grant_type", "is required"));
    }

    /** RFC 6749 §3.2. */
    @Test
    void ignoresWhatItDoesNotKnow() {
        assertThat(issuing("grant_type=client_credentials&color=%00&resource=a&Scope=x")
                        .accepted()
                        .body()
                        .toString())
                .isEqualTo("{\"grant_type\":\"client_credentials\"}");
    }

    @Test
    void namesRepeatedParametersKnownOrNot() {
        assertThat(issuing("grant_type=client_credentials&client_id=a&client_id=a&color=red&color=")
                        .refused()
                        .errors())
                .containsExactlyInAnyOrder(
                        new FieldError("client_id", "must not be sent more than once"),
                        new FieldError("color", "must not be sent more than once"));
    }

    @Test
    void carriesTheErrorCodeThatTheDocumentGives() {
        assertThat(issuing("grant_type=password&username=a").refused().errorCode())
                .isEqualTo("unsupported_grant_type");
        assertThat(issuing("grant_type=client_credentials&scope=%22").refused().errorCode())
                .isEqualTo("invalid_scope");
        assertThat(issuing("scope=a:b").refused().errorCode()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "grant_type=password&grant_type=password",
                "grant_type=password&color=red&color=red",
                "grant_type=client_credentials&scope=%22&color=red&color=red",
                "scope=%22"
            })
    void carriesNoCodeWhenTheRequestIsMalformedBesides(String form) {
        assertThat(issuing(form).refused().errorCode()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"%20a:b", "a:b%20", "a:b%20%20c:d", "a:%22b", "a:%5Cb", "a:b%09c:d", "%C3%A9:b", "a:b%0A"})
    void refusesAScopeThatIsNotAListOfScopeTokens(String scope) {
        assertThat(issuing("grant_type=client_credentials&scope=" + scope)
                        .refused()
                        .errors())
                .extracting(FieldError::field)
                .containsExactly("scope");
    }

    @Test
    void takesAsManyScopesAsAnAgentCanHave() {
        String scope = ("r".repeat(64) + ":" + "a".repeat(64) + "+").repeat(105) + "last:one";

        issuing("grant_type=client_credentials&scope=" + scope).accepted();
    }

    @Test
    void saysNoToALongListInsteadOfRunningOutOfStack() {
        assertThat(issuing("grant_type=client_credentials&scope=" + "a+bb+".repeat(12_000) + "c")
                        .refused()
                        .errors())
                .containsExactly(new FieldError("scope", "must be at most 16384 characters long"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"token=%", "token=%4", "token=%zz", "token=%FF", "%C3=a", "token=%ED%A0%80"})
    void refusesAFormThatIsNotWellFormed(String form) {
        assertThat(revoking(Buffer.buffer(form)).refused().errors())
                .containsExactly(new FieldError("body", "must be a well-formed form encoded as UTF-8"));
    }

    @Test
    void refusesTextThatCannotBeStored() {
        assertThat(revoking(Buffer.buffer("token=a%00b")).refused().errors())
                .containsExactly(new FieldError("token", "must not contain the character U+0000"));
    }

    @Test
    void takesATokenThatIsNotOne() {
        revoking(Buffer.buffer("token=%F0%9F%9C%81&token_type_hint=whatever")).accepted();
    }

    @Test
    void takesNoQueryParameters() {
        assertThat(issuing("grant_type=client_credentials")
                        .query("client_secret", "s")
                        .refused()
                        .errors())
                .containsExactly(new FieldError("client_secret", "is not a known query parameter"));
    }

    private static ContractRequest issuing(String form) {
        return ContractRequest.to("issueToken").body(form);
    }

    private static ContractRequest revoking(Buffer form) {
        return ContractRequest.to("revokeToken").body(form);
    }
}
