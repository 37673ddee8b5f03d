package ai.sentryagent.idp.gateway.contract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;

/** JSON as RFC 8259 has it, and stricter where the RFC lets receivers differ: no member twice, nothing after the end. */
final class JsonBody {
    private static final int DEEPEST = 32;

    private static final ObjectReader READER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxNumberLength(64)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .reader();

    private JsonBody() {}

    static Optional<JsonNode> read(Buffer content, Complaints complaints) {
        try {
            JsonNode json = READER.readTree(Utf8.decode(content.getBytes()));
            if (!json.isMissingNode()) {
                return Optional.of(json);
            }
            complaints.add(FieldError.BODY, "must be valid JSON");
        } catch (CharacterCodingException e) {
            complaints.add(FieldError.BODY, "must be encoded as UTF-8");
        } catch (JsonProcessingException e) {
            complaints.add(FieldError.BODY, problem(e));
        }
        return Optional.empty();
    }

    private static String problem(JsonProcessingException e) {
        if (e instanceof StreamConstraintsException) {
            return "must not be nested deeper than " + DEEPEST + " levels or hold a number of more than 64 digits";
        }
        if (e.getOriginalMessage().startsWith("Duplicate")) {
            return "must not name a member twice" + where(e.getLocation());
        }
        return "must be valid JSON" + where(e.getLocation());
    }

    private static String where(JsonLocation location) {
        return " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }
}
