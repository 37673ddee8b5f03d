package ai.sentryagent.idp.standalone;

import static ai.sentryagent.idp.standalone.OAuthCaller.AGENTS;
import static ai.sentryagent.idp.standalone.OAuthCaller.GRANT;
import static ai.sentryagent.idp.standalone.OAuthCaller.TOKEN;
import static ai.sentryagent.idp.standalone.OAuthCaller.assertRefused;
import static ai.sentryagent.idp.standalone.OAuthCaller.encode;
import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.OAuthCaller.Client;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Which secrets are right, and what is said of those that are not: the same for every way of keeping them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ClientSecretRules {
    private final RunningProduct product;
    private final OAuthCaller caller;
    private final Runnable afterwards;

    ClientSecretRules(VaultServer vault) {
        this(vault.settings(), vault::close);
    }

    ClientSecretRules(Map<String, String> settings) {
        this(settings, () -> {});
    }

    private ClientSecretRules(Map<String, String> settings, Runnable afterwards) {
        this.afterwards = afterwards;
        product = RunningProduct.start(settings);
        caller = new OAuthCaller(product);
    }

    @AfterAll
    void stop() {
        product.close();
        afterwards.run();
    }

    private Reply byForm(String id, String secret) {
        return caller.post(TOKEN, "", GRANT + "&client_id=" + encode(id) + "&client_secret=" + encode(secret));
    }

    private Reply byBasic(String id, String secret) {
        return caller.post(TOKEN, OAuthCaller.basic(encode(id) + ":" + encode(secret)), GRANT);
    }

    /** bcrypt reads 72 bytes, and that is how long a secret is. */
    @Test
    void onlyTheWholeSecretAndNothingButTheSecretIsRight() {
        Client client = caller.register();
        String secret = client.secret();
        assertThat(secret).matches("sk_live_[0-9a-f]{64}").hasSize(72);
        List<String> wrong = List.of(
                secret.substring(0, 71),
                secret.substring(1),
                secret + "0",
                secret + " ",
                secret + "\n",
                " " + secret,
                secret + secret,
                secret + "0".repeat(900),
                secret.toUpperCase(Locale.ROOT),
                "sk_live_" + secret.substring(8).toUpperCase(Locale.ROOT),
                secret.substring(8),
                "sk_test_" + secret.substring(8),
                "é" + secret.substring(2),
                "x");
        for (String attempt : wrong) {
            assertRefused(byForm(client.id(), attempt), 401, "invalid_client");
            assertRefused(byBasic(client.id(), attempt), 401, "invalid_client");
        }
        assertRefused(byBasic(client.id(), secret + "\0"), 401, "invalid_client");
        assertThat(byForm(client.id(), secret).status()).isEqualTo(200);
        assertThat(byBasic(client.id(), secret).status()).isEqualTo(200);
    }

    @Test
    void aClientIdIsAUuidInEitherCaseAndNothingLike() {
        Client client = caller.register();
        Reply issued = byForm(client.id().toUpperCase(Locale.ROOT), client.secret());
        assertThat(issued.status()).isEqualTo(200);
        assertThat(caller.introspect(client, issued.text("access_token")).text("client_id"))
                .isEqualTo(client.id());
        for (String id : List.of(
                client.id() + " ",
                client.id().replace("-", ""),
                "{" + client.id() + "}",
                "urn:uuid:" + client.id(),
                "0" + client.id(),
                "1-1-1-1-1")) {
            assertRefused(byForm(id, client.secret()), 401, "invalid_client");
        }
    }

    @Test
    void aSecretIsRightForItsOwnClientOnly() {
        assertRefused(byForm(caller.register().id(), caller.register().secret()), 401, "invalid_client");
    }

    /** RFC 6749 §5.2: whoever guesses learns nothing. */
    @Test
    void everyFailureOfAuthenticationReadsTheSame() {
        Client known = caller.register();
        Client revoked = caller.register();
        assertThat(product.json("DELETE", revoked.credential(), caller.admin(), "")
                        .status())
                .isEqualTo(204);
        Client expired = caller.credential(
                known.id(), "{\"expiresAt\":\"" + Instant.now().plusSeconds(1) + "\"}");
        Patience.until(
                "the credential's end",
                () -> byForm(expired.id(), expired.secret()).status(),
                status -> status == 401);

        String wrong = "sk_live_" + "0".repeat(64);
        List<Reply> refusals = new ArrayList<>();
        for (Client failing : List.of(
                new Client(UUID.randomUUID().toString(), "", known.secret()),
                new Client("nobody", "", known.secret()),
                new Client(known.id(), "", wrong),
                revoked,
                new Client(revoked.id(), "", wrong),
                expired)) {
            refusals.add(byForm(failing.id(), failing.secret()));
            refusals.add(byBasic(failing.id(), failing.secret()));
        }
        refusals.add(caller.post(TOKEN, "Basic !!!", GRANT));
        assertThat(refusals).allSatisfy(reply -> assertRefused(reply, 401, "invalid_client"));
        assertThat(refusals)
                .extracting(Reply::json)
                .containsOnly(refusals.get(0).json());
        assertThat(refusals)
                .extracting(reply -> reply.headers().get("www-authenticate"))
                .containsOnly(refusals.get(0).headers().get("www-authenticate"));
        assertThat(byForm(known.id(), known.secret()).status()).isEqualTo(200);
    }

    @Test
    void onlyTheHolderOfARightSecretIsToldThatTheAgentIsSuspended() {
        Client client = caller.register();
        assertThat(product.json("PATCH", AGENTS + client.id(), caller.admin(), "{\"status\":\"suspended\"}")
                        .status())
                .isEqualTo(200);
        assertRefused(byForm(client.id(), client.secret()), 400, "unauthorized_client");
        assertRefused(byBasic(client.id(), client.secret()), 400, "unauthorized_client");
        assertRefused(byForm(client.id(), client.secret() + "0"), 401, "invalid_client");
    }

    @Test
    void onlyTheHolderOfARightSecretIsToldThatTheAgentIsDecommissioned() {
        Client client = caller.register();
        Client second = caller.credential(client.id(), "");
        Client revokedBefore = caller.credential(client.id(), "");
        assertThat(product.json("DELETE", revokedBefore.credential(), caller.admin(), "")
                        .status())
                .isEqualTo(204);
        assertThat(product.json("DELETE", AGENTS + client.id(), caller.admin(), "")
                        .status())
                .isEqualTo(204);
        assertRefused(byForm(client.id(), client.secret()), 400, "unauthorized_client");
        assertRefused(byBasic(second.id(), second.secret()), 400, "unauthorized_client");
        assertRefused(byForm(revokedBefore.id(), revokedBefore.secret()), 401, "invalid_client");
        assertRefused(byForm(client.id(), client.secret() + "0"), 401, "invalid_client");
    }

    @Test
    void eachOfManySecretsIsRight() {
        Client client = caller.register();
        List<Client> all = new ArrayList<>(List.of(client));
        for (int more = 0; more < 20; more++) {
            all.add(caller.credential(client.id(), ""));
        }
        for (Client one : all) {
            assertThat(byForm(one.id(), one.secret()).status()).isEqualTo(200);
            assertRefused(byForm(one.id(), one.secret().replaceAll(".{4}$", "zzzz")), 401, "invalid_client");
        }
    }

    @Test
    void whatWasRevokedBeforeAnAgentWasDecommissionedProvesNothingAlsoWhereNothingElseWasLeft() {
        Client client = caller.register();
        for (String ended : List.of(client.credential(), AGENTS + client.id())) {
            assertThat(product.json("DELETE", ended, caller.admin(), "").status())
                    .isEqualTo(204);
        }
        assertRefused(byForm(client.id(), client.secret()), 401, "invalid_client");
    }
}
