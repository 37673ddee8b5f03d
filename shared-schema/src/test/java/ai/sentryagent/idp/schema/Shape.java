package ai.sentryagent.idp.schema;

import static ai.sentryagent.idp.schema.BusDocument.BUS;
import static ai.sentryagent.idp.schema.BusDocument.words;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where a schema of the document says something else than the type whose values it describes. */
final class Shape {
    private static final Map<Class<?>, String> PLAIN = Map.of(
            String.class, "string",
            UUID.class, "string uuid",
            Instant.class, "string date-time",
            boolean.class, "boolean",
            int.class, "integer int32",
            long.class, "integer int64",
            Long.class, "integer int64");

    /** What may be said of a text without changing its type. */
    private static final Set<String> TEXT_FORMATS = Set.of("email", "semver");

    private final List<String> differences = new ArrayList<>();

    private Shape() {}

    static List<String> differences(String where, JsonNode schema, Type type) {
        Shape shape = new Shape();
        shape.compare(where, schema, type);
        return shape.differences;
    }

    /** The name of a component on the wire. */
    static String nameOf(RecordComponent component) {
        JsonProperty other = component.getAccessor().getAnnotation(JsonProperty.class);
        return other == null ? component.getName() : other.value();
    }

    /** Left out when it is null, unless its record says that nothing is. */
    static boolean isOptional(RecordComponent component) {
        JsonInclude include = component.getDeclaringRecord().getAnnotation(JsonInclude.class);
        boolean leftOut = include == null || include.value() != JsonInclude.Include.ALWAYS;
        return leftOut && isNullable(component);
    }

    static boolean isNullable(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private void compare(String where, JsonNode reference, Type type) {
        JsonNode schema = BUS.follow(reference);
        if (schema.isMissingNode()) {
            differences.add(where + " is not described");
        } else if (type instanceof ParameterizedType generic) {
            compareCollection(where, schema, generic);
        } else if (type instanceof Class<?> record && record.isRecord()) {
            compareRecord(where, schema, record);
        } else if (type instanceof Class<?> words && words.isEnum()) {
            expect(where, "string", typeOf(schema));
            expect(where, wordsOf(words), words(schema.path("enum")));
        } else if (type != JsonNode.class && type != Object.class) {
            expect(where, PLAIN.get(type), typeOf(schema));
        }
    }

    private void compareRecord(String where, JsonNode schema, Class<?> record) {
        RecordComponent[] components = record.getRecordComponents();
        expect(where, "object", typeOf(schema));
        expect(
                where + " (members)",
                names(Arrays.stream(components).toList()),
                new TreeSet<>(schema.path("properties")
                        .propertyStream()
                        .map(Map.Entry::getKey)
                        .toList()));
        expect(
                where + " (required)",
                names(Arrays.stream(components)
                        .filter(component -> !isOptional(component))
                        .toList()),
                new TreeSet<>(words(schema.path("required"))));
        for (RecordComponent component : components) {
            String name = nameOf(component);
            compare(where + "." + name, schema.path("properties").path(name), component.getGenericType());
        }
    }

    private void compareCollection(String where, JsonNode schema, ParameterizedType type) {
        Type[] arguments = type.getActualTypeArguments();
        if (type.getRawType() == Map.class) {
            expect(where, "object", typeOf(schema));
            if (arguments[1] != Object.class) {
                compare(where + ".*", schema.path("additionalProperties"), arguments[1]);
            }
        } else {
            expect(where, "array", typeOf(schema));
            if (type.getRawType() == Set.class) {
                expect(where + " (unique)", true, schema.path("uniqueItems").asBoolean());
            }
            compare(where + "[]", schema.path("items"), arguments[0]);
        }
    }

    private void expect(String where, @Nullable Object code, Object document) {
        if (!document.equals(code)) {
            differences.add(where + ": the code says " + code + ", the document " + document);
        }
    }

    private static Set<String> names(List<RecordComponent> components) {
        return new TreeSet<>(components.stream().map(Shape::nameOf).toList());
    }

    private static List<String> wordsOf(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> Wire.tree(constant).textValue())
                .toList();
    }

    private static String typeOf(JsonNode schema) {
        String format = schema.path("format").asText();
        // of a type and null, the type: which of them may be null is said by what is required
        String type = schema.path("type").isArray()
                ? schema.path("type").get(0).asText()
                : schema.path("type").asText();
        return format.isEmpty() || TEXT_FORMATS.contains(format) ? type : type + " " + format;
    }
}
