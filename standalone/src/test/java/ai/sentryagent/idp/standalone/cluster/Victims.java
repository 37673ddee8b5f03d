package ai.sentryagent.idp.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.Patience;
import ai.sentryagent.idp.standalone.cluster.Checks.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Agents that are about to lose what they have, each of the ways in which they do, and how it is found out. */
final class Victims {
    private static final Pattern INACTIVE = Pattern.compile("\\{\"active\":false}");

    private final Sender sender = new Sender();
    private final String url;
    private final String admin;

    /** @param url the gateway at which everything is done that is not a check */
    Victims(String url, String administrator) {
        this.url = url;
        this.admin = sender.token(
                        url,
                        administrator,
                        RunningCluster.ADMIN_SECRET,
                        "agents:read agents:write tokens:read tokens:write")
                .text("access_token");
    }

    /** An agent with a credential, and a token that it got with it. */
    record Victim(String id, String credentialId, String secret, String token) {
        String path() {
            return Sender.AGENTS + "/" + id;
        }

        String credential() {
            return path() + "/credentials/" + credentialId;
        }

        String tokenId() {
            return HandedOut.jti(token);
        }
    }

    /** Each of the ways to end something. */
    enum End {
        TOKEN_REVOKED,
        CREDENTIAL_REVOKED,
        AGENT_SUSPENDED,
        AGENT_DECOMMISSIONED,
        SECRET_ROTATED_AND_TOKENS_REVOKED
    }

    Victim fresh() {
        Sent agent = sender.register(url, admin);
        assertThat(agent.status()).as("%s", agent).isEqualTo(201);
        return withCredential(agent.text("agentId"));
    }

    /** The same agent with what it needs to lose it once more. */
    Victim again(Victim before, End end, Sent answer) {
        return switch (end) {
            case TOKEN_REVOKED -> withToken(before.id(), before.credentialId(), before.secret());
            case CREDENTIAL_REVOKED -> withCredential(before.id());
            case AGENT_SUSPENDED -> {
                Sent active = sender.json(url, "PATCH", before.path(), admin, "{\"status\":\"active\"}");
                assertThat(active.status()).as("%s", active).isEqualTo(200);
                yield withToken(before.id(), before.credentialId(), before.secret());
            }
            case AGENT_DECOMMISSIONED -> fresh();
            case SECRET_ROTATED_AND_TOKENS_REVOKED ->
                withToken(before.id(), before.credentialId(), answer.text("clientSecret"));
        };
    }

    Sent end(Victim victim, End how) {
        return switch (how) {
            case TOKEN_REVOKED -> sender.form(url, Sender.REVOKE, admin, Map.of("token", victim.token()));
            case CREDENTIAL_REVOKED -> sender.json(url, "DELETE", victim.credential(), admin, "");
            case AGENT_SUSPENDED -> sender.json(url, "PATCH", victim.path(), admin, "{\"status\":\"suspended\"}");
            case AGENT_DECOMMISSIONED -> sender.json(url, "DELETE", victim.path(), admin, "");
            case SECRET_ROTATED_AND_TOKENS_REVOKED ->
                sender.json(url, "POST", victim.credential() + "/rotate", admin, "{\"revokeTokens\":true}");
        };
    }

    /** How one can find out whether it has happened: by the token, and by the secret unless only the token is dead. */
    List<Check> checks(Victim victim, End how) {
        List<Check> checks = new ArrayList<>(byToken(victim));
        if (how != End.TOKEN_REVOKED) {
            checks.add(new Check(
                    "new token",
                    gateway -> sender.token(gateway, victim.id(), victim.secret(), "data:read"),
                    Sent::isGood,
                    Victims::isRefused));
            checks.add(new Check(
                    "client authentication",
                    gateway -> sender.form(
                            gateway,
                            Sender.INTROSPECT,
                            "",
                            Map.of(
                                    "token",
                                    victim.token(),
                                    "client_id",
                                    victim.id(),
                                    "client_secret",
                                    victim.secret())),
                    Sent::isGood,
                    Victims::isRefused));
        }
        return checks;
    }

    List<Check> byToken(Victim victim) {
        return List.of(
                new Check(
                        "introspection",
                        gateway -> sender.form(gateway, Sender.INTROSPECT, admin, Map.of("token", victim.token())),
                        sent -> sent.isGood() && sent.body().contains("\"active\":true"),
                        sent -> sent.isGood() && INACTIVE.matcher(sent.body()).matches()),
                new Check(
                        "bearer",
                        gateway -> sender.get(gateway, victim.path() + "/credentials", victim.token()),
                        Sent::isGood,
                        sent -> sent.status() == 401));
    }

    private Victim withCredential(String agentId) {
        Sent made = Patience.until(
                "a credential",
                () -> sender.json(url, "POST", Sender.AGENTS + "/" + agentId + "/credentials", admin, ""),
                sent -> sent.status() == 201);
        return withToken(agentId, made.text("credentialId"), made.text("clientSecret"));
    }

    private Victim withToken(String agentId, String credentialId, String secret) {
        Sent issued = sender.token(url, agentId, secret, "data:read");
        assertThat(issued.status()).as("%s", issued).isEqualTo(200);
        return new Victim(agentId, credentialId, secret, issued.text("access_token"));
    }

    private static boolean isRefused(Sent sent) {
        return sent.status() == 400 || sent.status() == 401;
    }
}
