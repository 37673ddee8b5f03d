package ai.sentryagent.idp.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/** Tests that are data: the rows of a YAML file beside the tests. */
final class Rows {
    private static final Pattern REPEAT = Pattern.compile("\\{\\{(.+?)\\*([0-9]+)}}", Pattern.DOTALL);

    private Rows() {}

    static List<JsonNode> of(String file) {
        return read(file).valueStream().toList();
    }

    static JsonNode read(String file) {
        try (InputStream yaml = Rows.class.getResourceAsStream("/" + file)) {
            return new YAMLMapper().readTree(Objects.requireNonNull(yaml, file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code {{a*3}}} stands for aaa. */
    static String expanded(String text) {
        return REPEAT.matcher(text).replaceAll(found -> found.group(1).repeat(Integer.parseInt(found.group(2))));
    }

    static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asText).toList();
    }
}
