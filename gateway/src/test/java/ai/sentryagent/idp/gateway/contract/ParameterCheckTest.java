package ai.sentryagent.idp.gateway.contract;

import static ai.sentryagent.idp.gateway.contract.ContractRequest.ID;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParameterCheckTest {

    @Test
    void givesParametersTheirTypesAndDefaults() {
        CheckedRequest.Accepted accepted = ContractRequest.to("listAgents")
                .query("owner", "42")
                .query("limit", "5")
                .accepted();

        assertThat(accepted.parameters().get("owner").textValue()).isEqualTo("42");
        assertThat(accepted.parameters().get("limit").intValue()).isEqualTo(5);
        assertThat(accepted.parameters().get("page").intValue()).isEqualTo(1);
        assertThat(accepted.parameters().has("status")).isFalse();
    }

    @Test
    void namesUnknownRepeatedAndFailingParametersAtOnce() {
        assertThat(ContractRequest.to("listAgents")
                        .query("stauts", "active")
                        .query("Limit", "5")
                        .query("owner", "a")
                        .query("owner", "b")
                        .query("email", "nobody")
                        .refused()
                        .errors())
                .containsExactlyInAnyOrder(
                        new FieldError("stauts", "is not a known query parameter"),
                        new FieldError("Limit", "is not a known query parameter"),
                        new FieldError("owner", "must not be sent more than once"),
                        new FieldError("email", "must be an e-mail address such as screener-7@talent.example.org"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "101", "abc", "1.0", "1e1", "+5", " 5", "05", "99999999999999999999999"})
    void boundsTheLimit(String limit) {
        assertThat(ContractRequest.to("listAgents")
                        .query("limit", limit)
                        .refused()
                        .errors())
                .containsExactly(new FieldError("limit", "must be a whole number from 1 to 100"));
    }

    @Test
    void takesAPageOnlyAsFarAsAnIntegerGoes() {
        ContractRequest.to("listAgents").query("page", "2147483647").accepted();

        assertThat(ContractRequest.to("listAgents")
                        .query("page", "2147483648")
                        .refused()
                        .errors())
                .extracting(FieldError::field)
                .containsExactly("page");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not-a-uuid",
                "019cad9dde6c7c3a9d415f0e2b6a8c11",
                "019cad9d-de6c-7c3a-9d41-5f0e2b6a8c1",
                "019cad9d-de6c-7c3a-9d41-5f0e2b6a8c1g",
                "019cad9d-de6c-7c3a-9d41-5f0e2b6a8c11\n",
                "0-0-0-0-0",
            })
    void refusesAMalformedId(String id) {
        assertThat(ContractRequest.to("getAgent").path("agentId", id).refused().errors())
                .containsExactly(new FieldError("agentId", "must be a UUID such as " + ID));
    }

    @Test
    void takesAnIdInCapitals() {
        ContractRequest.to("getAgent")
                .path("agentId", "019CAD9D-DE6C-7C3A-9D41-5F0E2B6A8C11")
                .accepted();
    }

    @Test
    void checksPathQueryAndBodyTogether() {
        assertThat(ContractRequest.to("updateAgent")
                        .path("agentId", "7")
                        .query("force", "true")
                        .header("If-Match", "7")
                        .header("If-None-Match", "7")
                        .body("{\"status\":\"asleep\"}")
                        .refused()
                        .errors())
                .extracting(FieldError::field)
                .containsExactlyInAnyOrder("agentId", "force", "If-Match", "If-None-Match", "status");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "\"7\"", "W/\"7\"", "\"7\", \"8\"", "\"\""})
    void takesTheEntityTagsOfIfMatch(String ifMatch) {
        assertThat(changing()
                        .header("If-Match", ifMatch)
                        .accepted()
                        .parameters()
                        .get("If-Match")
                        .textValue())
                .isEqualTo(ifMatch);
    }

    @Test
    void joinsTheLinesOfARepeatedHeader() {
        assertThat(changing()
                        .header("if-match", "\"7\"")
                        .header("If-Match", "\"8\"")
                        .accepted()
                        .parameters()
                        .get("If-Match")
                        .textValue())
                .isEqualTo("\"7\", \"8\"");
    }

    @Test
    void neverRefusesARequestForItsRequestId() {
        changing().header("X-Request-Id", "\u00e9 not a sane token ".repeat(20)).accepted();
    }

    @Test
    void takesOnlyOneOfTwoNamesForTheSameThing() {
        assertThat(ContractRequest.to("listAuditEvents")
                        .query("startDate", "2026-03-01")
                        .query("fromDate", "2026-03-01")
                        .query("cursor", "abc")
                        .query("page", "2")
                        .refused()
                        .errors())
                .containsExactlyInAnyOrder(
                        new FieldError("fromDate", "must not be sent together with another of startDate, fromDate"),
                        new FieldError("page", "must not be sent together with another of cursor, page"));
    }

    @Test
    void speaksOfACursorInWordsOfItsOwn() {
        assertThat(ContractRequest.to("listAuditEvents")
                        .query("cursor", "a b")
                        .refused()
                        .errors())
                .containsExactly(new FieldError("cursor", "must be the nextCursor of an earlier answer, unchanged"));
    }

    private static ContractRequest changing() {
        return ContractRequest.to("updateAgent").path("agentId", ID).body("{\"status\":\"active\"}");
    }
}
