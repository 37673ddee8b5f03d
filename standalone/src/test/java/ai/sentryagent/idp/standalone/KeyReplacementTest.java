package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.OAuthCaller.Client;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import ai.sentryagent.idp.standalone.dev.TestServers;
import com.nimbusds.jwt.SignedJWT;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Another JWT_PRIVATE_KEY and a restart: no token dies of it. */
final class KeyReplacementTest {
    private static final String ISSUER = "https://id.example";

    @Test
    void tokensOfTheReplacedKeyLiveOnAndTheJwksShowsBoth() throws Exception {
        Map<String, String> settings = new HashMap<>(Map.of(
                "DATABASE_URL", TestServers.freshDatabase(),
                "REDIS_URL", TestServers.freshRedis(),
                "ISSUER_URL", ISSUER));
        Client client;
        String old;
        try (RunningProduct before = RunningProduct.start(settings)) {
            OAuthCaller caller = new OAuthCaller(before);
            client = caller.register();
            old = caller.token(client, "");
        }
        settings.putAll(RunningProduct.signingWith(RunningProduct.key()));
        try (RunningProduct after = RunningProduct.start(settings)) {
            OAuthCaller caller = new OAuthCaller(after);
            Discovery discovery = new Discovery(after);
            String young = caller.token(client, "");
            String oldKey = SignedJWT.parse(old).getHeader().getKeyID();
            String youngKey = SignedJWT.parse(young).getHeader().getKeyID();
            assertThat(youngKey).isNotEqualTo(oldKey);
            assertThat(discovery.keys().getKeys()).extracting("keyID").containsExactlyInAnyOrder(oldKey, youngKey);
            for (String token : new String[] {old, young}) {
                assertThat(discovery.verify(token, ISSUER).getSubject()).isEqualTo(client.id());
                assertThat(caller.isActive(token)).isTrue();
                String own = OAuthCaller.AGENTS + client.id() + "/credentials";
                assertThat(after.json("GET", own, token, "").status()).isEqualTo(200);
            }
            Reply rotations = Patience.until(
                    "the rotation in the log",
                    () -> after.json("GET", "/api/v1/audit?action=key.rotated", caller.admin(), ""),
                    reply -> reply.json().path("total").asInt() == 1);
            assertThat(rotations.json().at("/data/0/metadata").toString()).contains(youngKey);
        }
    }
}
