package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.format.PatternFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The OpenAPI document, held against every answer that a test gets. It is stricter than what is published: a member that no
 * schema names, such as the hash of a secret, must not leave.
 */
final class PublishedContract {
    private static final String DOCUMENT = "https://agentidp.invalid/openapi.json";
    private static final Set<String> FRAME = Set.of(
            "x-request-id", "x-content-type-options", "x-frame-options", "content-security-policy", "cache-control");

    private final JsonNode root = read();
    private final SchemaRegistry registry = SchemaRegistry.withDialect(
            Dialect.builder(Dialects.getOpenApi31())
                    .format(PatternFormat.of("email", "^.+@.+$", "format")) // the library's own knows no .example
                    .build(),
            builder -> builder.schemas(Map.of(DOCUMENT, root.toString()))
                    .schemaRegistryConfig(SchemaRegistryConfig.builder()
                            .formatAssertionsEnabled(true)
                            .build()));
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

    /** Fails when the answer is none that the document promises to this method on this path. */
    void check(String method, String path, RunningProduct.Reply reply) {
        String what = method + " " + path + " -> " + reply.status() + " " + reply.json();
        assertThat(reply.headers().keySet()).as(what).containsAll(FRAME);
        if (method.equals("OPTIONS") && reply.status() == 204) {
            return; // CORS is no matter of OpenAPI
        }
        String item = pathItem(path.replaceFirst("\\?.*", ""));
        JsonNode response = response(item, method, reply.status());
        assertThat(response.isMissingNode())
                .as("not documented: %s", what)
                .isEqualTo(item.isEmpty() && reply.status() == 404);
        response.path("headers").properties().forEach(header -> {
            JsonNode described = at(header.getValue());
            String value = reply.header(header.getKey());
            if (!value.isEmpty() || described.path("required").asBoolean()) {
                fits(value(value, described.path("schema")), described.get("schema"), header.getKey() + " of " + what);
            }
        });
        JsonNode content = response.isMissingNode() ? noSuchRoute(path) : response.path("content");
        String type = reply.header("content-type").replaceFirst(";.*", "");
        if (content.isEmpty()) {
            assertThat(type).as(what).isEmpty();
        } else {
            assertThat(content.fieldNames()).toIterable().as(what).contains(type);
        }
        if (content.isEmpty() || method.equals("HEAD")) {
            assertThat(reply.json()).as(what).isEqualTo(TextNode.valueOf(""));
        } else {
            fits(reply.json(), content.path(type).get("schema"), what);
        }
    }

    /** What {@code Allow} must name for each path; HEAD comes with GET. */
    Map<String, Set<String>> methods() {
        Map<String, Set<String>> methods = new TreeMap<>();
        root.path("paths").properties().forEach(item -> {
            Set<String> taken = methods.computeIfAbsent(item.getKey(), path -> new TreeSet<>());
            item.getValue().fieldNames().forEachRemaining(name -> taken.add(name.toUpperCase(Locale.ROOT)));
            taken.remove("PARAMETERS");
            if (taken.contains("GET")) {
                taken.add("HEAD");
            }
        });
        return methods;
    }

    /** Method and path of each operation, by its id. */
    Map<String, String> operations() {
        Map<String, String> operations = new TreeMap<>();
        root.path("paths")
                .properties()
                .forEach(item -> item.getValue().properties().forEach(member -> {
                    if (member.getValue().has("operationId")) {
                        operations.put(
                                member.getValue().path("operationId").asText(),
                                member.getKey().toUpperCase(Locale.ROOT) + " " + item.getKey());
                    }
                }));
        return operations;
    }

    private void fits(JsonNode value, JsonNode schema, String what) {
        String reference = schema.path("$ref").asText("");
        Schema compiled = schemas.computeIfAbsent(
                reference.isEmpty() ? schema.toString() : reference,
                key -> reference.isEmpty()
                        ? registry.getSchema(schema)
                        : registry.getSchema(SchemaLocation.of(DOCUMENT + reference)));
        assertThat(compiled.validate(value)).as(what).isEmpty();
    }

    private static JsonNode value(String header, JsonNode schema) {
        return schema.path("type").asText().equals("integer") && header.matches("[0-9]{1,18}")
                ? LongNode.valueOf(Long.parseLong(header))
                : TextNode.valueOf(header);
    }

    /** A method that the path does not take is answered as its first operation says. */
    private JsonNode response(String item, String method, int status) {
        JsonNode operations = root.path("paths").path(item);
        String own = method.equals("HEAD") ? "get" : method.toLowerCase(Locale.ROOT);
        JsonNode operation = operations.has(own) || status != 405
                ? operations.path(own)
                : operations
                        .valueStream()
                        .filter(member -> member.has("responses"))
                        .findFirst()
                        .orElseThrow();
        return at(operation.path("responses").path(String.valueOf(status)));
    }

    private JsonNode noSuchRoute(String path) {
        String form = path.startsWith("/api/v1/token/") ? "OAuthBadRequest" : "AgentNotFound";
        return root.at("/components/responses/" + form + "/content");
    }

    private String pathItem(String path) {
        for (Map.Entry<String, JsonNode> item : root.path("paths").properties()) {
            if (path.matches(item.getKey().replaceAll("\\{[^}]+}", "[^/]+") + "/?")) {
                return item.getKey();
            }
        }
        return "";
    }

    private JsonNode at(JsonNode node) {
        return node.has("$ref") ? at(root.at(node.get("$ref").textValue().substring(1))) : node;
    }

    private static JsonNode read() {
        try (InputStream yaml = PublishedContract.class.getResourceAsStream("/openapi.yaml")) {
            JsonNode document = new YAMLMapper().readTree(Objects.requireNonNull(yaml));
            close(document);
            return document;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(JsonNode node) {
        if (node instanceof ObjectNode object
                && object.path("type").asText().equals("object")
                && object.path("properties").isObject()
                && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
        node.forEach(PublishedContract::close);
    }
}
