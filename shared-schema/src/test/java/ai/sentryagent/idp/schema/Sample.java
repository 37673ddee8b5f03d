package ai.sentryagent.idp.schema;

import static ai.sentryagent.idp.schema.BusDocument.BUS;
import static ai.sentryagent.idp.schema.BusDocument.words;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes values of a type. Only the wording of texts is taken from the schema, which may ask for a form that no type knows.
 *
 * @param full whether what may be absent is there
 */
record Sample(boolean full) {
    static final UUID ID = UUID.fromString("019cad9d-de6c-7c3a-9d41-5f0e2b6a8c11");

    /** Finer than what the wire tells. */
    static final Instant TIME = Instant.parse("2026-03-02T08:15:30.412987Z");

    Object of(Type type, JsonNode reference) {
        JsonNode schema = BUS.follow(reference);
        if (type instanceof ParameterizedType generic) {
            return collection(generic, schema);
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isRecord()) {
            return record(plain, schema);
        }
        if (plain.isEnum()) {
            return plain.getEnumConstants()[0];
        }
        if (plain == String.class || plain == Object.class) {
            return text(schema);
        }
        if (plain == JsonNode.class) {
            return JsonNodeFactory.instance.objectNode().put("known", true);
        }
        return plain == UUID.class ? ID : plain == Instant.class ? TIME : primitive(plain, schema);
    }

    private static Object primitive(Class<?> type, JsonNode schema) {
        if (type == boolean.class) {
            return true;
        }
        int least = schema.path("minimum").asInt(1);
        return type == int.class ? (Object) least : (Object) (long) least;
    }

    private Object collection(ParameterizedType type, JsonNode schema) {
        Type[] arguments = type.getActualTypeArguments();
        if (type.getRawType() == Map.class) {
            return arguments[1] == Object.class
                    ? members(schema)
                    : Map.of("owner", of(arguments[1], schema.path("additionalProperties")));
        }
        Object item = of(arguments[0], schema.path("items"));
        return type.getRawType() == Set.class ? Set.of(item) : List.of(item);
    }

    /** A map of what the schema names. */
    private Map<String, Object> members(JsonNode schema) {
        Map<String, Object> members = new LinkedHashMap<>();
        words(schema.path("required"))
                .forEach(name -> members.put(
                        name, of(Object.class, schema.path("properties").path(name))));
        return members;
    }

    private Object record(Class<?> type, JsonNode schema) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = Arrays.stream(components)
                .map(component -> component(component, schema))
                .toArray();
        try {
            Constructor<?> canonical = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            return canonical.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private @Nullable Object component(RecordComponent component, JsonNode schema) {
        return Shape.isNullable(component) && !full
                ? null
                : of(component.getGenericType(), schema.path("properties").path(Shape.nameOf(component)));
    }

    private static String text(JsonNode schema) {
        return Stream.of(
                        schema.path("const"),
                        schema.path("enum").path(0),
                        schema.path("examples").path(0))
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText)
                .findFirst()
                .orElse("text");
    }
}
