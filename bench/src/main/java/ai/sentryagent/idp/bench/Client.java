package ai.sentryagent.idp.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * An OAuth client that asks one token endpoint.
 *
 * @param form what it asks for
 */
record Client(URI tokenEndpoint, String id, String secret, String form) {
    /** Its authentication. Ids and secrets here need no escaping. */
    String basic() {
        return "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(StandardCharsets.UTF_8));
    }

    Request tokenRequest() {
        return Request.post(tokenEndpoint, basic(), form, "\"access_token\"");
    }

    String token() throws IOException {
        return new JsonObject(tokenRequest().ask()).getString("access_token");
    }

    String bearer() throws IOException {
        return "Bearer " + token();
    }
}
