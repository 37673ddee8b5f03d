package ai.sentryagent.idp.gateway.contract;

import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Set;

/**
 * One operation of the API.
 *
 * @param id the document's {@code operationId}
 * @param path the document's path template, such as {@code /api/v1/agents/{agentId}}
 * @param security the names of the ways in which a caller may show who it is; none where the document asks nobody
 */
public record ApiOperation(String id, HttpMethod method, String path, RequestCheck request, Set<String> security) {

    /** Whether a client may authenticate itself here. */
    public boolean takesClients() {
        return security.contains("clientBasic");
    }

    /** Whether it is nothing without a client that has authenticated itself. */
    public boolean isForClients() {
        return takesClients() && !takesTokens();
    }

    /** Whether a bearer token is a way to show who calls; where the document asks nobody, an installation may. */
    public boolean takesTokens() {
        return security.contains("bearerAuth") || security.isEmpty();
    }

    /** Who answers GET answers HEAD (RFC 9110 §9.1); the document does not repeat itself for that. */
    public List<HttpMethod> methods() {
        return method.equals(HttpMethod.GET) ? List.of(method, HttpMethod.HEAD) : List.of(method);
    }

    /** The path as a Vert.x route writes it, such as {@code /api/v1/agents/:agentId}. */
    public String routePath() {
        return path.replace('{', ':').replace("}", "");
    }
}
