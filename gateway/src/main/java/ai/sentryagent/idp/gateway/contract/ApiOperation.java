package ai.sentryagent.idp.gateway.contract;

import io.vertx.core.http.HttpMethod;
import java.util.List;

/**
 * One operation of the API.
 *
 * @param id the document's {@code operationId}
 * @param path the document's path template, such as {@code /api/v1/agents/{agentId}}
 */
public record ApiOperation(String id, HttpMethod method, String path, RequestCheck request) {

    /** Who answers GET answers HEAD (RFC 9110 §9.1); the document does not repeat itself for that. */
    public List<HttpMethod> methods() {
        return method.equals(HttpMethod.GET) ? List.of(method, HttpMethod.HEAD) : List.of(method);
    }

    /** The path as a Vert.x route writes it, such as {@code /api/v1/agents/:agentId}. */
    public String routePath() {
        return path.replace('{', ':').replace("}", "");
    }
}
