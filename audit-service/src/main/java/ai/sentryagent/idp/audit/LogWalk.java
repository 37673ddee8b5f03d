package ai.sentryagent.idp.audit;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Goes along the log, place by place, and stops at the first that is not as it was written: it does not follow from the one
 * before, or what was signed of the log up to there does not fit any more.
 */
final class LogWalk {
    private static final UUID NONE = new UUID(0, 0);

    private final @Nullable Frontier tree;
    private long next;
    private Buffer hash;
    private long checked;
    private long countedFrom;
    private boolean counting = true;
    private @Nullable UUID first;
    private @Nullable UUID last;
    private @Nullable UUID unsealed;
    private @Nullable UUID broken;

    /**
     * A walk that has not begun.
     *
     * @param next the place it begins with
     * @param hash of the place before
     * @param tree over all places before; null where only the chain is followed
     */
    LogWalk(long next, Buffer hash, @Nullable Frontier tree) {
        this.next = next;
        this.hash = hash;
        this.tree = tree;
    }

    /**
     * What was read of the log, from the next place on.
     *
     * @param events by their places
     * @param dropped hashes of places whose events retention has dropped
     * @param sealed checkpoints, of any sizes
     */
    record Stretch(List<ChainedEvent> events, Map<Long, Buffer> dropped, List<SignedCheckpoint> sealed) {}

    long next() {
        return next;
    }

    Buffer hash() {
        return hash;
    }

    /** How many events were in order. */
    long checked() {
        return checked;
    }

    /** The first event that is not in order; null where all are. */
    @Nullable UUID broken() {
        return broken;
    }

    /** What comes before that place only shows that it is where it was written. */
    void countFrom(long place) {
        countedFrom = place;
    }

    /** What comes now only shows that what came before is tied to it. */
    void stopCounting() {
        counting = false;
    }

    void pass(Stretch stretch) {
        Map<Long, List<SignedCheckpoint>> seals = stretch.sealed().stream()
                .collect(Collectors.groupingBy(seal -> seal.checkpoint().treeSize()));
        for (ChainedEvent event : stretch.events()) {
            passDropped(event.sequence(), stretch.dropped(), seals);
            if (broken != null) {
                return;
            }
            Buffer expected = HashChain.next(hash, next, event.event());
            if (event.sequence() != next || !expected.equals(event.hash())) {
                broken = event.event().eventId();
                return;
            }
            last = event.event().eventId();
            first = first == null ? last : first;
            unsealed = unsealed == null ? last : unsealed;
            move(expected, seals);
            if (broken != null) {
                return;
            }
            checked += counting && event.sequence() >= countedFrom ? 1 : 0;
        }
        passDropped(Long.MAX_VALUE, stretch.dropped(), seals);
    }

    /** The log ends too early: it broke after the last event that is there. */
    void endsTooEarly() {
        broken = last == null ? NONE : last;
    }

    /** It is not what was signed: it broke with the first event that no fitting signature holds. */
    void isNotAsSigned() {
        broken = unsealed == null ? last == null ? NONE : last : unsealed;
    }

    /** What was signed of it at its beginning is gone: nothing shows that any of it is as it was written. */
    void isNotSignedFromItsBeginning() {
        broken = first == null ? NONE : first;
    }

    private void passDropped(long end, Map<Long, Buffer> dropped, Map<Long, List<SignedCheckpoint>> seals) {
        Buffer gone = dropped.get(next);
        while (next < end && gone != null && broken == null) {
            move(gone, seals);
            gone = dropped.get(next);
        }
    }

    private void move(Buffer to, Map<Long, List<SignedCheckpoint>> seals) {
        hash = to;
        if (tree != null) {
            tree.append(to);
        }
        List<SignedCheckpoint> here = seals.getOrDefault(next, List.of());
        next++;
        if (!here.stream().allMatch(this::fits)) {
            isNotAsSigned();
        } else if (!here.isEmpty()) {
            unsealed = null;
        }
    }

    private boolean fits(SignedCheckpoint seal) {
        return seal.checkpoint().chainHash().equals(SignedCheckpoint.hex(hash))
                && (tree == null || seal.checkpoint().rootHash().equals(SignedCheckpoint.hex(tree.root())));
    }
}
