package ai.sentryagent.idp.standalone.cluster;

import java.util.Map;

/** The HTTP contract as a client of one gateway uses it; every answer is written down. */
final class Api {
    private static final String SCOPES = "agents:read agents:write tokens:read tokens:write audit:read";

    private final Sender sender = new Sender();
    private final String gateway;
    private final Ledger ledger;
    private volatile String admin = "";

    Api(String gateway, Ledger ledger) {
        this.gateway = gateway;
        this.ledger = ledger;
    }

    /** Every management request is the administrator's from now on. */
    Answer enter(String clientId, String secret) {
        Answer answer = token(clientId, secret, SCOPES);
        if (answer.isDone()) {
            admin = answer.text("access_token");
        }
        return answer;
    }

    Answer register() {
        return noted("agent.created", "", sender.register(gateway, admin));
    }

    Answer status(String agentId, String action, String status) {
        return manage(action, agentId, "PATCH", agent(agentId), "{\"status\":\"" + status + "\"}");
    }

    Answer decommission(String agentId) {
        return manage("agent.decommissioned", agentId, "DELETE", agent(agentId), "");
    }

    Answer generate(String agentId) {
        return manage("credential.generated", agentId, "POST", credentials(agentId), "");
    }

    Answer rotate(String agentId, String credentialId) {
        return manage("credential.rotated", credentialId, "POST", credential(agentId, credentialId) + "/rotate", "");
    }

    Answer revoke(String agentId, String credentialId) {
        return manage("credential.revoked", credentialId, "DELETE", credential(agentId, credentialId), "");
    }

    Answer token(String clientId, String secret, String scope) {
        return noted("token.issued", clientId, sender.token(gateway, clientId, secret, scope));
    }

    Answer introspect(String agentId, String token) {
        return noted(
                "token.introspected", agentId, sender.form(gateway, Sender.INTROSPECT, admin, Map.of("token", token)));
    }

    Answer revoke(String token) {
        return noted("token.revoked", token, sender.form(gateway, Sender.REVOKE, admin, Map.of("token", token)));
    }

    /** The token's bearer asks for what is its own. */
    Answer bear(String agentId, String token) {
        return noted("bear", agentId, sender.get(gateway, credentials(agentId), token));
    }

    Answer check(String path) {
        return noted("check", "", sender.get(gateway, path, admin));
    }

    private Answer manage(String asked, String subject, String method, String path, String body) {
        return noted(asked, subject, sender.json(gateway, method, path, admin, body));
    }

    private Answer noted(String asked, String subject, Sent sent) {
        Answer answer = new Answer(asked, subject, sent);
        ledger.note(answer);
        return answer;
    }

    private static String agent(String agentId) {
        return Sender.AGENTS + "/" + agentId;
    }

    private static String credentials(String agentId) {
        return agent(agentId) + "/credentials";
    }

    private static String credential(String agentId, String credentialId) {
        return credentials(agentId) + "/" + credentialId;
    }
}
