package ai.sentryagent.idp.gateway.contract;

import io.vertx.core.MultiMap;
import java.util.Map;

/**
 * A request without its body.
 *
 * @param path the path parameters, decoded
 * @param query the query parameters, decoded
 */
public record RequestParts(Map<String, String> path, MultiMap query, MultiMap headers) {}
