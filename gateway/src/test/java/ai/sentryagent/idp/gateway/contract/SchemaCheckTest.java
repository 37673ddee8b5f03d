package ai.sentryagent.idp.gateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Arrays that are longer than what is looked at first. */
final class SchemaCheckTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static List<FieldError> complaints(String schema, JsonNode value) throws IOException {
        OpenApiDocument document = new OpenApiDocument(
                JSON.readTree("{\"openapi\":\"3.1.0\",\"components\":{\"schemas\":{\"It\":" + schema + "}}}"));
        Complaints complaints = new Complaints();
        new SchemaCompiler(document).compile("/components/schemas/It").check(value, "", complaints);
        return complaints.refused().errors();
    }

    private static ObjectNode numbers(int many) {
        ObjectNode body = JSON.createObjectNode();
        ArrayNode numbers = body.putArray("numbers");
        for (int i = 0; i < many; i++) {
            numbers.add(i);
        }
        return body;
    }

    @Test
    void whereSoManyItemsMayBeTheLastIsHeldAgainstTheSchemaToo() throws IOException {
        String schema = "{\"type\":\"object\",\"properties\":{\"numbers\":{\"type\":\"array\",\"maxItems\":1000,"
                + "\"uniqueItems\":true,\"items\":{\"type\":\"integer\",\"maximum\":998}}}}";
        assertThat(complaints(schema, numbers(999))).isEmpty();
        assertThat(complaints(schema, numbers(1_000)))
                .extracting(FieldError::field)
                .containsExactly("numbers[999]");
        ObjectNode twice = numbers(900);
        ((ArrayNode) twice.get("numbers")).add(0);
        assertThat(complaints(schema, twice)).extracting(FieldError::field).containsExactly("numbers");
    }

    @Test
    void anArrayOfArraysInThePlaceOfAnObjectIsNone() throws IOException {
        ArrayNode body = JSON.createArrayNode().add(numbers(300).get("numbers"));
        assertThat(complaints("{\"type\":\"object\",\"required\":[\"numbers\"]}", body))
                .extracting(FieldError::field)
                .containsExactly(FieldError.BODY);
    }
}
