package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.Hmac;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.audit.AuditEvent;
import ai.sentryagent.idp.schema.audit.ListAuditEvents;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;

/**
 * The place in the log where a page ended, as a text that only we can make: base64url of 8 bytes timestamp (milliseconds),
 * 16 bytes event id and a 16-byte MAC over both and over the filters, so that a cursor belongs to its search.
 */
final class CursorCodec {
    private static final int POSITION_BYTES = Long.BYTES + 2 * Long.BYTES;
    private static final int MAC_BYTES = 16;

    private final Hmac key;

    CursorCodec(byte[] key) {
        this.key = new Hmac(key);
    }

    String encode(AuditEvent last, ListAuditEvents search) {
        byte[] position = ByteBuffer.allocate(POSITION_BYTES)
                .putLong(last.timestamp().toEpochMilli())
                .putLong(last.eventId().getMostSignificantBits())
                .putLong(last.eventId().getLeastSignificantBits())
                .array();
        byte[] cursor = ByteBuffer.allocate(POSITION_BYTES + MAC_BYTES)
                .put(position)
                .put(mac(position, search))
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(cursor);
    }

    /**
     * Reads a cursor.
     *
     * @throws ServiceException VALIDATION_ERROR when it was not made here for this search
     */
    SearchTable.Position decode(String text, ListAuditEvents search) {
        byte[] cursor = bytes(text);
        byte[] position = Arrays.copyOf(cursor, POSITION_BYTES);
        byte[] mac = Arrays.copyOfRange(cursor, POSITION_BYTES, POSITION_BYTES + MAC_BYTES);
        if (cursor.length != POSITION_BYTES + MAC_BYTES || !MessageDigest.isEqual(mac, mac(position, search))) {
            throw invalid();
        }
        ByteBuffer read = ByteBuffer.wrap(position);
        return new SearchTable.Position(Instant.ofEpochMilli(read.getLong()), new UUID(read.getLong(), read.getLong()));
    }

    private static byte[] bytes(String text) {
        try {
            byte[] cursor = Base64.getUrlDecoder().decode(text);
            return cursor.length == POSITION_BYTES + MAC_BYTES ? cursor : new byte[POSITION_BYTES + MAC_BYTES];
        } catch (IllegalArgumentException e) {
            throw invalid();
        }
    }

    private byte[] mac(byte[] position, ListAuditEvents search) {
        String filters = search.agentId() + "|" + search.action() + "|" + search.outcome() + "|" + search.from() + "|"
                + search.until();
        return Arrays.copyOf(key.bytes(position, filters.getBytes(StandardCharsets.UTF_8)), MAC_BYTES);
    }

    private static ServiceException invalid() {
        return ServiceException.invalid(Map.of("cursor", "is not a nextCursor of a page with the same filters"));
    }
}
