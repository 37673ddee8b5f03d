package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.Sha256;
import ai.sentryagent.idp.schema.Wire;
import ai.sentryagent.idp.schema.audit.AuditEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Binds each event to all before it: {@code hash(n) = SHA-256(hash(n-1) || encoding(n))}, where the hash before the first
 * is 32 zero bytes.
 *
 * <p>The encoding holds every field, so that two different events never have the same one: a format number, the sequence,
 * then each field in the order of {@link AuditEvent} as its length in bytes and its UTF-8, with length -1 for an absent
 * field. The timestamp is in microseconds since 1970. Metadata is JSON without white space, its members sorted by name.
 */
final class HashChain {
    private static final int HASH_BYTES = 32;

    private static final byte FORMAT = 1;
    private static final int ABSENT = -1;

    private HashChain() {}

    /** The hash before the first event. */
    static Buffer origin() {
        return Buffer.buffer(new byte[HASH_BYTES]);
    }

    static Buffer next(Buffer previous, long sequence, AuditEvent event) {
        MessageDigest digest = Sha256.digest();
        digest.update(previous.getBytes());
        return Buffer.buffer(digest.digest(encoding(sequence, event)));
    }

    private static byte[] encoding(long sequence, AuditEvent event) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeLong(sequence);
            write(out, event.eventId());
            write(out, event.agentId());
            write(out, event.action());
            write(out, event.outcome());
            write(out, event.ipAddress());
            write(out, event.userAgent());
            write(out, Wire.text(sorted(event.metadata())));
            write(out, ChronoUnit.MICROS.between(Instant.EPOCH, event.timestamp())); // all that the column can hold
            write(out, event.requestId());
            write(out, event.actorId());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, @Nullable Object field) throws IOException {
        if (field == null) {
            out.writeInt(ABSENT);
        } else {
            byte[] utf8 = field.toString().getBytes(StandardCharsets.UTF_8);
            out.writeInt(utf8.length);
            out.write(utf8);
        }
    }

    private static JsonNode sorted(JsonNode node) {
        if (node.isArray()) {
            var array = JsonNodeFactory.instance.arrayNode();
            node.forEach(item -> array.add(sorted(item)));
            return array;
        }
        if (!node.isObject()) {
            return node;
        }
        TreeMap<String, JsonNode> members = new TreeMap<>();
        node.properties().forEach(member -> members.put(member.getKey(), sorted(member.getValue())));
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        members.forEach(object::set);
        return object;
    }
}
