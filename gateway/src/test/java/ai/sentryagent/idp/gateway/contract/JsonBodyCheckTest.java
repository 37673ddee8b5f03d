package ai.sentryagent.idp.gateway.contract;

import static ai.sentryagent.idp.gateway.contract.ContractRequest.ID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBodyCheckTest {
    private final JsonObject registration = new JsonObject()
            .put("email", "screener-7@talent.example.org")
            .put("agentType", "screener")
            .put("version", "1.4.2")
            .put("capabilities", new JsonArray().add("resume:read"))
            .put("owner", "talent-team")
            .put("deploymentEnv", "production");

    @Test
    void acceptsARegistrationAndHandsItsMembersOn() {
        CheckedRequest.Accepted accepted = registering(registration).accepted();

        assertThat(new JsonObject(accepted.body().toString())).isEqualTo(registration);
    }

    @Test
    void namesEveryFailingFieldAtOnce() {
        registration
                .put("email", "nobody")
                .put("agentType", "butler")
                .put("version", 2)
                .put(
                        "capabilities",
                        new JsonArray().add("resume:read").add("Read").add(7))
                .put("owner", " ")
                .put("scopes", new JsonArray().add("world:write"))
                .put("colour", "red");
        registration.remove("deploymentEnv");

        assertThat(registering(registration).refused().errors())
                .extracting(FieldError::field, FieldError::message)
                .containsExactlyInAnyOrder(
                        tuple("email", "must be an e-mail address such as screener-7@talent.example.org"),
                        tuple(
                                "agentType",
                                "must be one of screener, classifier, orchestrator, extractor, summarizer, router, monitor,"
                                        + " custom"),
                        tuple("version", "must be a string"),
                        tuple("capabilities[1]", "must be resource:action, such as resume:read or resume:*"),
                        tuple("capabilities[2]", "must be a string"),
                        tuple(
                                "owner",
                                "must hold at least one visible character, and none that is a control or turns a line round or cannot be seen"),
                        tuple(
                                "scopes[0]",
                                "must be one of agents:read, agents:write, tokens:read, tokens:write, audit:read, keys:write"),
                        tuple("colour", "is not known here"),
                        tuple("deploymentEnv", "is required"));
    }

    @Test
    void namesAFieldThatBreaksSeveralRulesOnce() {
        registration.put("version", "x".repeat(70)).put("owner", "");

        assertThat(registering(registration).refused().errors())
                .containsExactlyInAnyOrder(
                        new FieldError("version", "must be at most 64 characters long"),
                        new FieldError(
                                "owner",
                                "must hold at least one visible character, and none that is a control or turns a line round or cannot be seen"));
    }

    @Test
    void countsCapabilities() {
        JsonArray hundred = new JsonArray(
                IntStream.range(0, 100).mapToObj(i -> "resource-" + i + ":read").toList());
        registering(registration.put("capabilities", hundred)).accepted();

        assertThat(registering(registration.put("capabilities", hundred.copy().add("one:more")))
                        .refused()
                        .errors())
                .containsExactly(new FieldError("capabilities", "must hold at most 100 items"));
        assertThat(registering(registration.put(
                                "capabilities",
                                new JsonArray(IntStream.range(0, 4_000)
                                        .mapToObj(i -> "r-" + i + ":a")
                                        .toList())))
                        .refused()
                        .errors())
                .containsExactly(new FieldError("capabilities", "must hold at most 100 items"));
        assertThat(registering(registration.put("capabilities", new JsonArray()))
                        .refused()
                        .errors())
                .containsExactly(new FieldError("capabilities", "must hold at least one item"));
        assertThat(registering(registration.put(
                                "capabilities", new JsonArray().add("a:b").add("a:b")))
                        .refused()
                        .errors())
                .containsExactly(new FieldError("capabilities", "must not hold the same item twice"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"agents:read", "agents:*", "keys:write", "keys:*", "tokens:*", "audit:read"})
    void takesNoManagementScopeForACapability(String scope) {
        registration.put("capabilities", new JsonArray().add(scope));

        assertThat(registering(registration).refused().errors())
                .containsExactly(
                        new FieldError("capabilities[0]", "must not be a management scope; those are given in scopes"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{\"a\":            | must be valid JSON (line 1, column 6)",
                "{} {}              | must be valid JSON (line 1, column 4)",
                "{\"a\":1,\"a\":2}  | must not name a member twice (line 1, column 11)",
                "{'a':1}            | must be valid JSON (line 1, column 2)",
                "[]                 | must be a JSON object",
                "null               | must be a JSON object",
                "7                  | must be a JSON object",
            })
    void refusesABodyThatIsNotOneJsonObject(String body, String message) {
        assertThat(ContractRequest.to("registerAgent")
                        .body(body.strip())
                        .refused()
                        .errors())
                .containsExactly(new FieldError("body", message));
    }

    @Test
    void refusesABodyThatIsNestedTooDeeply() {
        String body = "{\"owner\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}";

        assertThat(ContractRequest.to("registerAgent").body(body).refused().errors())
                .singleElement()
                .satisfies(error -> assertThat(error.message()).contains("nested deeper than 32 levels"));
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        Buffer bytes = Buffer.buffer("{\"owner\":\"").appendByte((byte) 0xFF).appendString("\"}");

        assertThat(ContractRequest.to("registerAgent").body(bytes).refused().errors())
                .containsExactly(new FieldError("body", "must be encoded as UTF-8"));
    }

    @Test
    void refusesTextThatCannotBeStored() {
        String body = registration
                .copy()
                .put("capabilities", new JsonArray().add("a:b\0"))
                .encode()
                .replace("talent-team", "\\ud83d talent");

        assertThat(ContractRequest.to("registerAgent").body(body).refused().errors())
                .containsExactlyInAnyOrder(
                        new FieldError("owner", "must be well-formed Unicode"),
                        new FieldError("capabilities[0]", "must not contain the character U+0000"));
    }

    @Test
    void namesAnUnknownMemberSoThatItCanBeWrittenOutAgain() {
        String body = "{\"status\":\"active\",\"x\\n\\u0000\":1,\"" + "y".repeat(5_000) + "\":1}";

        assertThat(updating(body).refused().errors())
                .extracting(FieldError::field)
                .containsExactlyInAnyOrder("x\uFFFD\uFFFD", "y".repeat(200));
    }

    @Test
    void staysShortWhenEverythingIsWrong() {
        JsonObject body = new JsonObject();
        IntStream.range(0, 5_000).forEach(i -> body.put("unknown" + i, i));

        assertThat(updating(body.encode()).refused().errors()).hasSize(128);
    }

    @Test
    void needsABodyWhereThereIsNothingToDoWithoutOne() {
        assertThat(ContractRequest.to("registerAgent").refused().errors())
                .containsExactly(new FieldError("body", "is required"));
        assertThat(updating("{}").refused().errors())
                .containsExactly(new FieldError("body", "must name something to change"));
    }

    @Test
    void fillsInTheDefaultsOfABodyThatIsLeftOut() {
        ContractRequest rotation =
                ContractRequest.to("rotateCredential").path("agentId", ID).path("credentialId", ID);

        assertThat(rotation.accepted().body().toString()).isEqualTo("{\"overlapSeconds\":0,\"revokeTokens\":false}");
        assertThat(rotation.body("{\"overlapSeconds\":60}").accepted().body().toString())
                .isEqualTo("{\"overlapSeconds\":60,\"revokeTokens\":false}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "86401", "1.5", "\"60\"", "99999999999999999999"})
    void boundsANumber(String overlap) {
        assertThat(ContractRequest.to("rotateCredential")
                        .path("agentId", ID)
                        .path("credentialId", ID)
                        .body("{\"overlapSeconds\":" + overlap + "}")
                        .refused()
                        .errors())
                .containsExactly(new FieldError("overlapSeconds", "must be a whole number from 0 to 86400"));
    }

    /** JSON Schema 2020-12, validation §6.1.1: a number without a fraction is an integer. */
    @Test
    void takesAWholeNumberHoweverItIsWritten() {
        assertThat(ContractRequest.to("rotateCredential")
                        .path("agentId", ID)
                        .path("credentialId", ID)
                        .body("{\"overlapSeconds\":6e2}")
                        .accepted()
                        .body()
                        .get("overlapSeconds")
                        .intValue())
                .isEqualTo(600);
    }

    private static ContractRequest registering(JsonObject registration) {
        return ContractRequest.to("registerAgent").body(registration.encode());
    }

    private static ContractRequest updating(String body) {
        return ContractRequest.to("updateAgent").path("agentId", ID).body(body);
    }
}
