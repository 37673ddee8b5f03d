package ai.sentryagent.idp.gateway.contract;

import static ai.sentryagent.idp.gateway.contract.ContractRequest.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormatsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "admin@agentidp.local",
                "o'neil+tag@ex-ample.co.uk",
                "!#$%&'*+/=?^_`{|}~-@example.org",
                "A.B.C@EXAMPLE.ORG",
                "1@1.example",
            })
    void takesEmailAddresses(String email) {
        ContractRequest.to("listAgents").query("email", email).accepted();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nobody",
                "@example.org",
                "a@",
                "a@localhost",
                "a@@example.org",
                "a b@example.org",
                ".a@example.org",
                "a.@example.org",
                "a..b@example.org",
                "a@example..org",
                "a@-example.org",
                "a@example-.org",
                "a@example.org.",
                "a@example.org\n",
                "a@10.0.0.1",
                "\"a\"@example.org",
                "\u00fc@example.org",
                "a@ex\u00e4mple.org",
            })
    void refusesWhatIsNotAnEmailAddress(String email) {
        assertThat(ContractRequest.to("listAgents")
                        .query("email", email)
                        .refused()
                        .errors())
                .containsExactly(
                        new FieldError("email", "must be an e-mail address such as screener-7@talent.example.org"));
    }

    /** From the list that semver.org publishes with its regular expression. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.4",
                "1.2.3",
                "10.20.30",
                "1.1.2-prerelease+meta",
                "1.1.2+meta-valid",
                "1.0.0-alpha.beta.1",
                "1.0.0-alpha0.valid",
                "1.0.0-rc.1+build.123",
                "1.2.3----RC-SNAPSHOT.12.9.1--.12+788",
                "1.0.0+0.build.1-rc.10000aaa-kk-0.1",
                "99999999999999999999.99999999999999999.99999999999",
                "1.0.0-0A.is.legal",
                "1.0.20260305143000",
            })
    void takesSemanticVersions(String version) {
        updating("version", version).accepted();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.2",
                "1.2.3-0123",
                "1.2.3-0123.0123",
                "1.1.2+.123",
                "+invalid",
                "-invalid",
                "alpha",
                "1.0.0-alpha_beta",
                "1.0.0-alpha..",
                "01.1.1",
                "1.01.1",
                "1.1.01",
                "1.2.3.DEV",
                "1.2-SNAPSHOT",
                "1.2.31.2.3----RC-SNAPSHOT.12.09.1--..12+788",
                "-1.0.3-gamma+b7718",
                "9.8.7+meta+meta",
                "1.2.3-",
                "1.2.3+",
                "v1.2.3",
                " 1.2.3",
                "1.2.3 ",
                "1.2.3\n",
            })
    void refusesWhatIsNotASemanticVersion(String version) {
        assertThat(updating("version", version).refused().errors())
                .containsExactly(new FieldError("version", "must be a semantic version such as 1.4.2 or 2.0.0-rc.1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2027-03-02T00:00:00Z",
                "2027-03-02t00:00:00.123456789z",
                "2028-02-29T23:59:59+05:30",
                "9999-12-31T23:59:59.999Z"
            })
    void takesDateTimes(String expiresAt) {
        generating(expiresAt).accepted();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tomorrow",
                "2027-03-02",
                "2027-03-02T00:00:00",
                "2027-03-02T00:00Z",
                "2027-03-02 00:00:00Z",
                "2027-02-29T00:00:00Z",
                "2027-03-02T24:00:00Z",
                "2027-03-02T23:59:60Z",
                "2027-03-02T00:00:00.1234567890Z",
                "+12027-03-02T00:00:00Z",
                "9999-12-31T23:59:59-01:00",
            })
    void refusesWhatIsNotADateTime(String expiresAt) {
        assertThat(generating(expiresAt).refused().errors())
                .containsExactly(new FieldError(
                        "expiresAt", "must be an ISO 8601 date-time with an offset, such as 2027-03-02T00:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-03-05",
                "2026-03-05T14:02",
                "2026-03-05T14:02:11",
                "2026-03-05T14:02:11.903Z",
                "2026-03-05T14:02:11+01:00",
            })
    void takesDatesAndDateTimesForAWindow(String date) {
        ContractRequest.to("verifyAudit").query("startDate", date).accepted();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "2026-02-30",
                "2026-13-01",
                "2026-3-5",
                "20260305",
                "2026-03-05T25:00:00Z",
                "2026-03-05T14:02:11 01:00",
                "-2026-03-05",
                "2026-03-05\n",
            })
    void refusesWhatIsNeitherADateNorADateTime(String date) {
        assertThat(ContractRequest.to("verifyAudit")
                        .query("toDate", date)
                        .refused()
                        .errors())
                .containsExactly(new FieldError(
                        "toDate",
                        "must be an ISO 8601 date such as 2026-03-05 or date-time such as 2026-03-05T14:02:11Z"));
    }

    private static ContractRequest updating(String member, String value) {
        return ContractRequest.to("updateAgent")
                .path("agentId", ID)
                .body(new JsonObject().put(member, value).encode());
    }

    private static ContractRequest generating(String expiresAt) {
        return ContractRequest.to("generateCredential")
                .path("agentId", ID)
                .body(new JsonObject().put("expiresAt", expiresAt).encode());
    }
}
