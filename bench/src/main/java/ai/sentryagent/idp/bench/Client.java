package ai.sentryagent.idp.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;

/**
 * An OAuth client that asks one token endpoint.
 *
 * @param form what it asks for
 */
record Client(URI tokenEndpoint, Login login, String form) {
    Request tokenRequest() {
        return Request.form(tokenEndpoint, login.basic(), form, "\"access_token\"");
    }

    String token() throws IOException {
        return new JsonObject(tokenRequest().ask()).getString("access_token");
    }

    String bearer() throws IOException {
        return "Bearer " + token();
    }
}
