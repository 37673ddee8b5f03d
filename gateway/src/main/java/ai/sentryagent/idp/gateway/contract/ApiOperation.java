package ai.sentryagent.idp.gateway.contract;

import io.vertx.core.http.HttpMethod;

/**
 * One operation of the API.
 *
 * @param id the document's {@code operationId}
 * @param path the document's path template, such as {@code /api/v1/agents/{agentId}}
 */
public record ApiOperation(String id, HttpMethod method, String path, RequestCheck request) {

    /** The path as a Vert.x route writes it, such as {@code /api/v1/agents/:agentId}. */
    public String routePath() {
        return path.replace('{', ':').replace("}", "");
    }
}
