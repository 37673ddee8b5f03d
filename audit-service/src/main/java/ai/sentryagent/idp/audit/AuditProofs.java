package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.audit.AuditEventId;
import ai.sentryagent.idp.schema.audit.CheckpointPage;
import ai.sentryagent.idp.schema.audit.ConsistencyProof;
import ai.sentryagent.idp.schema.audit.InclusionProof;
import ai.sentryagent.idp.schema.audit.ListCheckpoints;
import ai.sentryagent.idp.schema.audit.ProveConsistency;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What was signed of the log, and what shows that the log still fits it. */
final class AuditProofs {
    private final Database database;
    private final Tables tables;
    private final Checkpointer checkpointer;

    AuditProofs(Database database, Tables tables, Checkpointer checkpointer) {
        this.database = database;
        this.tables = tables;
        this.checkpointer = checkpointer;
    }

    Future<CheckpointPage> checkpoints(Caller caller, ListCheckpoints question) {
        return tables.checkpoints().count(database.client()).compose(total -> page(question, total)
                .map(page -> new CheckpointPage(
                        page.stream().map(SignedCheckpoint::checkpoint).toList(),
                        total,
                        question.page(),
                        question.limit(),
                        page.stream()
                                .map(SignedCheckpoint::key)
                                .distinct()
                                .map(AuditPublicKey::published)
                                .toList())));
    }

    /** Past the end nothing is looked for: all there are would be stepped over to find nothing. */
    private Future<List<SignedCheckpoint>> page(ListCheckpoints question, long total) {
        long before = (question.page() - 1L) * question.limit();
        return before < total
                ? tables.checkpoints().page(database.client(), question.limit(), before)
                : Future.succeededFuture(List.of());
    }

    /** Two roots of the log as it is, and what leads from one to the other: it is for the asker to know one of them. */
    Future<ConsistencyProof> consistency(Caller caller, ProveConsistency question) {
        return new MovingBeginning(database, tables).answer(() -> consistency(question));
    }

    private Future<ConsistencyProof> consistency(ProveConsistency question) {
        return Future.all(
                        tables.log().head(database.client()),
                        tables.boundaries().treeSize(database.client()))
                .compose(both -> {
                    AuditTable.Head head = both.resultAt(0);
                    check(question, both.<Long>resultAt(1), head.sequence());
                    return checkpointer.covering(question.to() == null ? question.from() : question.to());
                })
                .compose(newest -> consistency(
                        question.from(),
                        question.to() == null ? newest.checkpoint().treeSize() : question.to()));
    }

    private Future<ConsistencyProof> consistency(long from, long to) {
        List<MerkleTree.Range> ranges =
                new ArrayList<>(List.of(new MerkleTree.Range(0, from), new MerkleTree.Range(0, to)));
        ranges.addAll(MerkleTree.consistency(from, to));
        return tables.tree().roots(database.client(), ranges).map(roots -> {
            List<String> hashes = roots.stream().map(SignedCheckpoint::hex).toList();
            return new ConsistencyProof(from, to, hashes.get(0), hashes.get(1), hashes.subList(2, hashes.size()));
        });
    }

    Future<InclusionProof> inclusion(Caller caller, AuditEventId question) {
        return new MovingBeginning(database, tables).answer(() -> inclusion(question));
    }

    private Future<InclusionProof> inclusion(AuditEventId question) {
        return tables.log()
                .find(database.client(), question.eventId())
                .map(found -> found.orElseThrow(AuditSearch::notFound))
                .compose(event -> checkpointer.covering(event.sequence()).compose(signed -> prove(event, signed)));
    }

    private Future<InclusionProof> prove(ChainedEvent event, SignedCheckpoint signed) {
        long leaf = event.sequence() - 1;
        long size = signed.checkpoint().treeSize();
        List<MerkleTree.Range> path = MerkleTree.inclusion(leaf, size);
        List<MerkleTree.Range> ranges = new ArrayList<>(path);
        ranges.add(new MerkleTree.Range(0, size));
        return Future.all(tables.tree().roots(database.client(), ranges), previous(event.sequence()))
                .map(both -> {
                    List<Buffer> roots = both.resultAt(0);
                    if (!SignedCheckpoint.hex(roots.get(path.size()))
                            .equals(signed.checkpoint().rootHash())) {
                        throw TreeReader.damaged(); // a proof of something else would be worth nothing
                    }
                    return new InclusionProof(
                            event.event(),
                            event.sequence(),
                            SignedCheckpoint.hex(both.resultAt(1)),
                            SignedCheckpoint.hex(event.hash()),
                            leaf,
                            roots.subList(0, path.size()).stream()
                                    .map(SignedCheckpoint::hex)
                                    .toList(),
                            signed.checkpoint(),
                            signed.key().published());
                });
    }

    private Future<Buffer> previous(long sequence) {
        return tables.boundaries()
                .edge(database.client())
                .compose(edge -> sequence == edge.place() + 1
                        ? Future.succeededFuture(edge.hash())
                        : tables.log()
                                .hashes(database.client(), new Long[] {sequence - 1})
                                .map(found -> {
                                    Buffer hash = found.get(sequence - 1);
                                    if (hash == null) {
                                        throw TreeReader.damaged();
                                    }
                                    return hash;
                                }));
    }

    private static void check(ProveConsistency question, long dropped, long head) {
        Map<String, String> wrong = new HashMap<>();
        if (question.to() != null && question.to() > head) {
            wrong.put("to", "must be at most " + head + ", the number of events there are");
        }
        if (question.from() > head) {
            wrong.put("from", "must be at most " + head + ", the number of events there are");
        } else if (question.to() != null && question.from() > question.to()) {
            wrong.put("from", "must not be more than to");
        } else if (question.from() < dropped) {
            wrong.put("from", "must be at least " + dropped + ", because the events before have been dropped");
        }
        if (!wrong.isEmpty()) {
            throw ServiceException.invalid(wrong);
        }
    }
}
