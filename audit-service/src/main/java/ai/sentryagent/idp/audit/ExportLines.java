package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.schema.Wire;
import ai.sentryagent.idp.schema.audit.AuditEvent;
import ai.sentryagent.idp.schema.audit.Checkpoint;
import ai.sentryagent.idp.schema.audit.CheckpointKey;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lines of an export. Together they speak of every leaf of the tree of one checkpoint, from left to right: of each either
 * by its event or within a subtree, so that whoever has only the file comes to the root that was signed.
 */
final class ExportLines {
    /** Of this format, which what reads it must know. */
    static final int FORMAT = 1;

    private ExportLines() {}

    /** One of them. */
    sealed interface Line {}

    /** The first line. */
    record Begin(
            String type,
            int format,
            String issuer,
            @Nullable Instant startDate,
            @Nullable Instant endDate,
            long treeSize)
            implements Line {}

    /** Leaves whose events are not in the export, from one index up to another, by the subtrees that they make. */
    record Skip(String type, long from, long to, List<String> nodes) implements Line {}

    /** An event, and what ties it to the one before. */
    record Event(String type, long sequence, String previousHash, String hash, AuditEvent event) implements Line {}

    /** The last line, without which an export was cut short. */
    record End(String type, long events, Checkpoint checkpoint, CheckpointKey key) implements Line {}

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException when no export holds such a line
     */
    static Line parse(String text) {
        try {
            JsonNode tree = Wire.parse(text, JsonNode.class);
            Class<? extends Line> kind =
                    switch (tree.path("type").asText()) {
                        case "begin" -> Begin.class;
                        case "skip" -> Skip.class;
                        case "event" -> Event.class;
                        case "end" -> End.class;
                        default -> throw new IllegalArgumentException("is of a type that is not known");
                    };
            Line line = Wire.fromTree(tree, kind);
            if (Wire.text(line).equals(text)) { // nothing that would be passed over here and believed elsewhere
                return line;
            }
        } catch (UncheckedIOException e) {
            throw new IllegalArgumentException("is no line of an export", e);
        }
        throw new IllegalArgumentException("is not written as an export writes it");
    }
}
