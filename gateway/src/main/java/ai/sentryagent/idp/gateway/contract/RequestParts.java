package ai.sentryagent.idp.gateway.contract;

import io.vertx.core.MultiMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request without its body.
 *
 * @param path the path parameters, decoded
 * @param query the query as it was sent; null when there is none
 */
public record RequestParts(Map<String, String> path, @Nullable String query, MultiMap headers) {}
