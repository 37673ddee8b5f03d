package ai.sentryagent.idp.schema;

import java.util.Optional;
import java.util.UUID;

/** The text of a UUID as RFC 9562 §4 has it, in either case. Java by itself reads shorter ones, too, so that one has many. */
public final class CanonicalUuid {
    private CanonicalUuid() {}

    public static Optional<UUID> parse(String text) {
        try {
            UUID id = UUID.fromString(text);
            return id.toString().equalsIgnoreCase(text) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
