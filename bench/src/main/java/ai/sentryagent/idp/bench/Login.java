package ai.sentryagent.idp.bench;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A client's id and secret. Neither needs escaping here. */
record Login(String id, String secret) {
    String basic() {
        return "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(StandardCharsets.UTF_8));
    }
}
