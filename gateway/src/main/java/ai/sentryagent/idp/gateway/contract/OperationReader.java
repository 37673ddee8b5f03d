package ai.sentryagent.idp.gateway.contract;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the operations out of the document. */
final class OperationReader {
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    private final OpenApiDocument document;
    private final SchemaCompiler schemas;

    OperationReader(OpenApiDocument document) {
        this.document = document;
        this.schemas = new SchemaCompiler(document);
    }

    List<ApiOperation> readAll() {
        List<ApiOperation> operations = new ArrayList<>();
        document.at("/paths").fieldNames().forEachRemaining(path -> {
            String item = "/paths" + OpenApiDocument.step(path);
            document.at(item).fieldNames().forEachRemaining(method -> {
                if (METHODS.contains(method)) {
                    operations.add(read(path, item, method));
                }
            });
        });
        return operations;
    }

    private ApiOperation read(String path, String item, String method) {
        String pointer = item + "/" + method;
        JsonNode operation = document.at(pointer);
        List<Parameter> parameters = new ArrayList<>(parameters(item));
        parameters.addAll(parameters(pointer));
        ParameterChecks checks = new ParameterChecks(List.copyOf(parameters), exclusive(operation));
        return new ApiOperation(
                operation.path("operationId").textValue(),
                HttpMethod.valueOf(method.toUpperCase(Locale.ROOT)),
                path,
                new RequestCheck(checks, body(pointer + "/requestBody"), !method.equals("get")),
                security(operation));
    }

    private static Set<String> security(JsonNode operation) {
        Set<String> ways = new HashSet<>();
        operation.path("security").forEach(way -> way.fieldNames().forEachRemaining(ways::add));
        return Set.copyOf(ways);
    }

    private List<Parameter> parameters(String owner) {
        List<Parameter> parameters = new ArrayList<>();
        for (int i = 0; i < document.at(owner + "/parameters").size(); i++) {
            String pointer = document.resolve(owner + "/parameters/" + i);
            JsonNode parameter = document.at(pointer);
            parameters.add(new Parameter(
                    parameter.path("name").textValue(),
                    parameter.path("in").textValue(),
                    parameter.path("required").asBoolean(),
                    document.at(pointer + "/schema"),
                    schemas.compile(pointer + "/schema")));
        }
        return parameters;
    }

    private static List<List<String>> exclusive(JsonNode operation) {
        return operation
                .path("x-mutually-exclusive")
                .valueStream()
                .map(group -> group.valueStream().map(JsonNode::asText).toList())
                .toList();
    }

    private @Nullable BodyCheck body(String pointer) {
        JsonNode body = document.at(pointer);
        if (body.isMissingNode()) {
            return null;
        }
        String mediaType = body.path("content").fieldNames().next();
        String schema = document.resolve(pointer + "/content" + OpenApiDocument.step(mediaType) + "/schema");
        Map<String, JsonNode> members = new LinkedHashMap<>();
        document.at(schema + "/properties")
                .fieldNames()
                .forEachRemaining(
                        name -> members.put(name, document.at(schema + "/properties" + OpenApiDocument.step(name))));
        return new BodyCheck(
                BodyKind.ofMediaType(mediaType), body.path("required").asBoolean(), members, schemas.compile(schema));
    }
}
