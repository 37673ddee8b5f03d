package ai.sentryagent.idp.gateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Registrations by the hundred: every valid one is accepted, and every broken one names just the field that broke. */
class RegistrationPropertyTest {
    private static final String PART = "abcdefghijklmnopqrstuvwxyz0123456789_.-";

    @Property
    void everyValidRegistrationIsAccepted(@ForAll("registrations") JsonObject registration) {
        assertThat(check(registration)).isInstanceOf(CheckedRequest.Accepted.class);
    }

    @Property
    void aBrokenEmailAddressIsNamed(
            @ForAll("registrations") JsonObject registration, @ForAll("noEmails") String email) {
        assertNamed(registration.copy().put("email", email), "email");
    }

    @Property
    void aBrokenVersionIsNamed(@ForAll("registrations") JsonObject registration, @ForAll("noVersions") String version) {
        assertNamed(registration.copy().put("version", version), "version");
    }

    @Property
    void aBrokenCapabilityIsNamedByItsPlace(
            @ForAll("registrations") JsonObject registration, @ForAll("noCapabilities") String capability) {
        JsonArray capabilities = registration.getJsonArray("capabilities").copy();
        capabilities.add(Math.min(capabilities.size(), 2), capability);

        assertNamed(
                registration.copy().put("capabilities", capabilities),
                "capabilities[" + capabilities.getList().indexOf(capability) + "]");
    }

    @Property
    void anyMemberThatIsLeftOutIsNamed(
            @ForAll("registrations") JsonObject registration, @ForAll("requiredMembers") String member) {
        JsonObject without = registration.copy();
        without.remove(member);

        assertNamed(without, member);
    }

    @Property
    void noTextWhateverMakesTheCheckFail(@ForAll String text, @ForAll String name) {
        JsonObject body = new JsonObject().put("email", text).put("owner", text).put(name, text);

        assertThat(ContractRequest.to("registerAgent").body(body.encode()).checked())
                .isNotNull();
        assertThat(ContractRequest.to("issueToken").body(name + "=" + text).checked())
                .isNotNull();
        assertThat(ContractRequest.to("listAuditEvents").query(name, text).checked())
                .isNotNull();
    }

    @Provide
    Arbitrary<JsonObject> registrations() {
        return Combinators.combine(
                        emails(), versions(), capabilities().set().ofMinSize(1).ofMaxSize(99), owners())
                .as((email, version, capabilities, owner) -> new JsonObject()
                        .put("email", email)
                        .put("agentType", "monitor")
                        .put("version", version)
                        .put("capabilities", new JsonArray(capabilities.stream().toList()))
                        .put("owner", owner)
                        .put("deploymentEnv", "staging"));
    }

    @Provide
    Arbitrary<String> noEmails() {
        return Arbitraries.oneOf(
                emails().map(email -> email.replace("@", "")),
                emails().map(email -> email + "\u0001"),
                emails().map(email -> "x" + email.substring(email.indexOf('@')) + "@" + email),
                emails().map(email -> "l".repeat(65) + email));
    }

    @Provide
    Arbitrary<String> noVersions() {
        return Arbitraries.oneOf(
                versions().map(version -> "v" + version),
                versions().map(version -> version + "_"),
                versions().map(version -> "0" + version),
                versions().map(version -> version.substring(version.indexOf('.') + 1)));
    }

    @Provide
    Arbitrary<String> noCapabilities() {
        return Arbitraries.oneOf(
                capabilities().map(capability -> capability.replace(":", "")),
                capabilities().map(capability -> "*" + capability.substring(capability.indexOf(':'))),
                capabilities().map(capability -> capability + ":"),
                capabilities().map(capability -> "X" + capability),
                capabilities().map(capability -> "r".repeat(65) + capability));
    }

    @Provide
    Arbitrary<String> requiredMembers() {
        return Arbitraries.of("email", "agentType", "version", "capabilities", "owner", "deploymentEnv");
    }

    private static Arbitrary<String> emails() {
        Arbitrary<String> local = Arbitraries.strings()
                .withChars("abcXYZ019!#$%&'*+/=?^_`{|}~-")
                .ofMinLength(1)
                .ofMaxLength(64);
        Arbitrary<String> label =
                Arbitraries.strings().alpha().numeric().ofMinLength(1).ofMaxLength(60);
        return Combinators.combine(local, label, Arbitraries.of("org", "local", "example", "xn--p1ai"))
                .as((name, domain, top) -> name + "@" + domain + "." + top);
    }

    private static Arbitrary<String> versions() {
        Arbitrary<Long> number = Arbitraries.longs().greaterOrEqual(0);
        Arbitrary<String> suffix = Arbitraries.of("", "-rc.1", "-0", "+build.007", "-alpha.beta+exp.sha-5114f85");
        return Combinators.combine(number, Arbitraries.integers().between(0, 99_999), number, suffix)
                .as((major, minor, patch, end) -> (major % 1_000_000_000) + "." + minor + "." + patch + end);
    }

    private static Arbitrary<String> capabilities() {
        Arbitrary<String> part =
                Arbitraries.strings().withChars(PART).ofMinLength(1).ofMaxLength(64);
        Set<String> management = Set.of("agents", "tokens", "audit", "keys");
        return Combinators.combine(
                        part.filter(resource -> !management.contains(resource)),
                        Arbitraries.oneOf(part, Arbitraries.just("*")))
                .as((resource, action) -> resource + ":" + action);
    }

    private static Arbitrary<String> owners() {
        return Arbitraries.strings()
                .withCharRange(' ', '~')
                .withCharRange('\u0391', '\u03c9')
                .ofMinLength(0)
                .ofMaxLength(127)
                .map(text -> text + "o");
    }

    private static void assertNamed(JsonObject registration, String field) {
        assertThat(check(registration))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.type(CheckedRequest.Refused.class))
                .satisfies(refused -> assertThat(refused.errors())
                        .extracting(FieldError::field)
                        .containsExactly(field));
    }

    private static CheckedRequest check(JsonObject registration) {
        return ContractRequest.to("registerAgent").body(registration.encode()).checked();
    }
}
