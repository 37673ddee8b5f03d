package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.schema.audit.Checkpoint;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks an export of the log without asking anybody: each event follows from the one before, together they lead to the
 * root of the checkpoint, and that is signed.
 */
public final class ExportCheck {
    private final Frontier tree = new Frontier();
    private final Optional<AuditPublicKey> pinned;
    private long line;
    private long events;
    private long skippedBetween;
    private ExportLines.@Nullable Begin begin;
    private ExportLines.@Nullable Event first;
    private ExportLines.@Nullable Event last;
    private ExportLines.@Nullable End end;

    /**
     * A check that has seen nothing yet.
     *
     * @param publicKey in PEM, the only one that may have signed; empty where that of the export is taken
     * @throws IllegalArgumentException when it is no such key
     */
    public ExportCheck(Optional<String> publicKey) {
        pinned = publicKey.map(AuditPublicKey::ofPem);
    }

    /** Why an export proves nothing, in words for the person who asked. */
    public static final class Broken extends RuntimeException {
        Broken(String message) {
            super(message);
        }
    }

    /**
     * What a whole export holds.
     *
     * @param first the place of the first event; 0 where there is none
     * @param skipped places between the first and the last whose events are not in the export
     */
    public record Findings(
            long events,
            long first,
            long last,
            long skipped,
            @Nullable Instant from,
            @Nullable Instant to,
            Checkpoint checkpoint) {
        /** Places before the first event; all there are where there is none. */
        public long before() {
            return events == 0 ? checkpoint.treeSize() : first - 1;
        }

        /** Places after the last event, up to the checkpoint. */
        public long after() {
            return events == 0 ? 0 : checkpoint.treeSize() - last;
        }
    }

    /**
     * Takes the next line.
     *
     * @throws Broken when it does not fit what came before
     */
    public void line(String text) {
        line++;
        try {
            take(ExportLines.parse(text));
        } catch (IllegalArgumentException e) {
            throw new Broken("line " + line + " " + e.getMessage());
        } catch (NullPointerException e) { // of a record that was made without one of its members
            throw new Broken("line " + line + " lacks a member");
        }
    }

    /**
     * Ends the check.
     *
     * @throws Broken when something is missing
     */
    public Findings findings() {
        if (end == null) {
            throw new Broken("the export is cut short: after " + events + " events its last line is missing");
        }
        return new Findings(
                events,
                first == null ? 0 : first.sequence(),
                last == null ? 0 : last.sequence(),
                skippedBetween,
                first == null ? null : first.event().timestamp(),
                last == null ? null : last.event().timestamp(),
                end.checkpoint());
    }

    private void take(ExportLines.Line next) {
        if (end != null) {
            throw new IllegalArgumentException("comes after the end");
        }
        if (next instanceof ExportLines.Begin started && begin == null) {
            begin(started);
        } else if (begin == null || next instanceof ExportLines.Begin) {
            throw new IllegalArgumentException("is not where it belongs: an export begins with a line of type begin");
        } else if (next instanceof ExportLines.Skip skip) {
            skip(skip);
        } else if (next instanceof ExportLines.Event event) {
            event(begin, event);
        } else if (next instanceof ExportLines.End ended) {
            end(begin, ended);
        }
    }

    private void begin(ExportLines.Begin started) {
        if (started.format() != ExportLines.FORMAT) {
            throw new IllegalArgumentException("is of format " + started.format() + ", which is not known");
        }
        begin = started;
    }

    private void skip(ExportLines.Skip skip) {
        List<Subtree> subtrees = MerkleTree.cover(skip.from(), skip.to());
        if (skip.from() != tree.size()
                || subtrees.isEmpty()
                || subtrees.size() != skip.nodes().size()) {
            throw new IllegalArgumentException(
                    "skips from " + skip.from() + " to " + skip.to() + ", where " + tree.size() + " comes next");
        }
        for (int i = 0; i < subtrees.size(); i++) {
            tree.append(
                    subtrees.get(i).level(), SignedCheckpoint.hash(skip.nodes().get(i)));
        }
    }

    private void event(ExportLines.Begin started, ExportLines.Event event) {
        String which = "event " + event.event().eventId() + " (sequence " + event.sequence() + ")";
        if (event.sequence() != tree.size() + 1) {
            throw new IllegalArgumentException("holds " + which + " where sequence " + (tree.size() + 1)
                    + " should be: an event is missing, was put in, or has changed its place");
        }
        ExportLines.Event before = last;
        if (before != null
                && before.sequence() == event.sequence() - 1
                && !before.hash().equals(event.previousHash())) {
            throw new IllegalArgumentException("holds " + which + ", whose previousHash is not the hash before it");
        }
        Buffer hash = HashChain.next(SignedCheckpoint.hash(event.previousHash()), event.sequence(), event.event());
        if (!SignedCheckpoint.hex(hash).equals(event.hash())) {
            throw new IllegalArgumentException(
                    "holds " + which + ", which is not as it was written: its hash should be "
                            + SignedCheckpoint.hex(hash) + " and is " + event.hash());
        }
        boolean early = started.startDate() != null && event.event().timestamp().isBefore(started.startDate());
        boolean late = started.endDate() != null && event.event().timestamp().isAfter(started.endDate());
        if (early || late) {
            throw new IllegalArgumentException("holds " + which + ", which is not of the dates that were asked for");
        }
        skippedBetween += before == null ? 0 : event.sequence() - before.sequence() - 1;
        first = first == null ? event : first;
        last = event;
        events++;
        tree.append(hash);
    }

    private void end(ExportLines.Begin started, ExportLines.End ended) {
        SignedCheckpoint signed = new SignedCheckpoint(
                ended.checkpoint(), AuditPublicKey.ofPem(ended.key().publicKey()));
        long size = signed.checkpoint().treeSize();
        if (ended.events() != events || tree.size() != size || started.treeSize() != size) {
            throw new IllegalArgumentException("ends after " + events + " events and " + tree.size()
                    + " places, where there should be " + ended.events() + " and " + size);
        }
        if (pinned.isPresent() && !pinned.get().equals(signed.key())) {
            throw new IllegalArgumentException("is signed with the key "
                    + signed.key().id() + ", not with " + pinned.get().id() + ", which was asked for");
        }
        if (!signed.key().id().equals(ended.key().keyId()) || !signed.holds()) {
            throw new IllegalArgumentException("holds a checkpoint whose signature is not that of its key");
        }
        boolean chained = last == null
                || last.sequence() != size
                || last.hash().equals(signed.checkpoint().chainHash());
        if (!chained
                || !started.issuer().equals(signed.checkpoint().issuer())
                || !SignedCheckpoint.hex(tree.root()).equals(signed.checkpoint().rootHash())) {
            throw new IllegalArgumentException(
                    "holds a checkpoint of another log: these events, though each follows from"
                            + " the one before, do not lead to the root that was signed");
        }
        end = ended;
    }
}
