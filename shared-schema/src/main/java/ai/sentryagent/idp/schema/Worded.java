package ai.sentryagent.idp.schema;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** A constant that goes by its name in lower case: in HTTP, on the bus and in the database. */
public interface Worded {
    String name();

    @JsonValue
    default String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The constant of a word that {@link #word} gave. */
    static <E extends Enum<E> & Worded> E of(Class<E> type, String word) {
        return Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
    }
}
