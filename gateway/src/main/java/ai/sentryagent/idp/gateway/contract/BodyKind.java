package ai.sentryagent.idp.gateway.contract;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an operation takes as its body. */
public enum BodyKind {
    NONE(""),
    JSON("application/json"),
    FORM("application/x-www-form-urlencoded");

    private final String mediaType;

    BodyKind(String mediaType) {
        this.mediaType = mediaType;
    }

    /** Empty for {@link #NONE}. */
    public String mediaType() {
        return mediaType;
    }

    /** Whether a body under this Content-Type can be read. Both media types are UTF-8 (RFC 8259 §8.1), so no other charset. */
    public boolean accepts(@Nullable String contentType) {
        if (this == NONE) {
            return true;
        }
        if (contentType == null) {
            return false;
        }
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip().replace("\"", "");
            if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
                return false;
            }
        }
        return parts[0].strip().equals(mediaType);
    }

    static BodyKind ofMediaType(String mediaType) {
        for (BodyKind kind : values()) {
            if (kind.mediaType.equals(mediaType)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("No body of this media type is understood: " + mediaType);
    }
}
