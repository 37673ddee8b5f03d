package ai.sentryagent.idp.gateway.contract;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The published API: its operations, each with the check of its requests, and the document itself. */
public final class ApiContract {
    private static final JsonPointer TOKEN_FLOW =
            JsonPointer.from("/components/securitySchemes/clientPost/flows/clientCredentials");

    private final List<ApiOperation> operations;
    private final Buffer json;

    private ApiContract(List<ApiOperation> operations, Buffer json) {
        this.operations = List.copyOf(operations);
        this.json = json;
    }

    /** Reads {@code openapi.yaml} from the class path. Takes about a second: once, before anything starts. */
    public static ApiContract load() {
        OpenApiDocument document = OpenApiDocument.load();
        return new ApiContract(new OperationReader(document).readAll(), document.json());
    }

    /** All operations, in the document's order, in which a fixed path stands before one with a parameter in its place. */
    public List<ApiOperation> operations() {
        return operations;
    }

    /** The methods that each path template takes, for {@code Allow}. */
    public Map<String, Set<HttpMethod>> methods() {
        Map<String, Set<HttpMethod>> methods = new LinkedHashMap<>();
        for (ApiOperation operation : operations) {
            methods.computeIfAbsent(operation.path(), path -> new LinkedHashSet<>())
                    .addAll(operation.methods());
        }
        return methods;
    }

    /**
     * The document as JSON, for {@code GET /openapi.json}: whoever calls by it, such as the page at {@code /docs}, calls this
     * installation.
     */
    public Buffer openApiJson(String issuer) {
        JsonObject document = json.toJsonObject();
        JsonObject server = document.getJsonArray("servers").getJsonObject(0);
        server.getJsonObject("variables").getJsonObject("issuer").put("default", issuer);
        JsonObject flow = (JsonObject) TOKEN_FLOW.queryJson(document);
        flow.put("tokenUrl", issuer + flow.getString("tokenUrl"));
        return document.toBuffer();
    }
}
