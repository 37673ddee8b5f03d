package ai.sentryagent.idp.schema.audit;

import ai.sentryagent.idp.schema.Fact;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What comes next. Nothing of it is passed over until it has been acknowledged, a gap as little as a fact.
 *
 * @param position what has been acknowledged: everything up to this place in the log
 * @param head the last place in the log that is taken
 * @param facts what comes right after the position, without a gap; empty where there is nothing, or a gap
 * @param gone what should come right after the position and is not in the log any more
 */
public record Followed(long position, long head, List<Followed.Entry> facts, @Nullable Gap gone) {

    /**
     * A fact and its place.
     *
     * @param sequence 1 for the first fact ever, and one more for each that follows
     */
    public record Entry(long sequence, Fact fact) {}

    /** Places whose facts are gone; both are part of it. */
    public record Gap(long first, long last) {}
}
