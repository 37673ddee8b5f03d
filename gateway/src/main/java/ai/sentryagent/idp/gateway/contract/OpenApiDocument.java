package ai.sentryagent.idp.gateway.contract;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.SchemaLocation;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The document as a tree. References in it are all local ({@code #/components/…}). */
record OpenApiDocument(JsonNode root) {
    private static final String RESOURCE = "/openapi.yaml";

    static OpenApiDocument load() {
        try (InputStream yaml = OpenApiDocument.class.getResourceAsStream(RESOURCE)) {
            if (yaml == null) {
                throw new IllegalStateException("Not on the class path: " + RESOURCE);
            }
            return new OpenApiDocument(new YAMLMapper().readTree(yaml));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Buffer json() {
        return Buffer.buffer(root.toString());
    }

    /** What stands at the pointer, references followed. */
    JsonNode at(String pointer) {
        return root.at(resolve(pointer));
    }

    /** The pointer of what really stands there, when there is a reference. */
    String resolve(String pointer) {
        JsonNode reference = root.at(pointer).path("$ref");
        return reference.isTextual() ? resolve(reference.textValue().substring(1)) : pointer;
    }

    /** The schema that a keyword belongs to. */
    JsonNode schemaOf(SchemaLocation keyword) {
        return root.at(JsonPointer.compile(keyword.getFragment().getParent().toString()));
    }

    /** A step of a pointer (RFC 6901 §3). */
    static String step(String name) {
        return "/" + name.replace("~", "~0").replace("/", "~1");
    }
}
