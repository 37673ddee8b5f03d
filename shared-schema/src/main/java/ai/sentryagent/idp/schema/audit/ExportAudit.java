package ai.sentryagent.idp.schema.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which part of the log shall leave it, oldest first; absent bounds mean all of it. Both are inclusive.
 *
 * @param after where the page before ended; absent for the first
 */
public record ExportAudit(@Nullable Instant from, @Nullable Instant until, ExportAudit.@Nullable Place after) {

    /**
     * How far an export has come.
     *
     * @param treeSize of the checkpoint that it ends with
     * @param next the index of the first leaf that it has not spoken of
     * @param last the place of the last event that it will hold
     * @param events how many it has held
     * @param boundary of retention that it began behind, 0 where there was none; null in what an older process has said
     */
    public record Place(long treeSize, long next, long last, long events, @Nullable Long boundary) {}
}
