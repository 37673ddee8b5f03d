package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlClient;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The hashes of the Merkle tree: some are stored, the others follow from these and from the rows. */
final class TreeReader {
    /** Of these levels every complete subtree is stored, once a checkpoint holds it. */
    static final List<Integer> STORED = List.of(8, 16, 24);

    private final AuditTable log;
    private final SubtreeTable subtrees;
    private final BoundaryTable boundaries;

    TreeReader(AuditTable log, SubtreeTable subtrees, BoundaryTable boundaries) {
        this.log = log;
        this.subtrees = subtrees;
        this.boundaries = boundaries;
    }

    /** The root of each range, in their order. Fails when the log lacks what that takes. */
    Future<List<Buffer>> roots(SqlClient client, List<MerkleTree.Range> ranges) {
        List<Subtree> wanted =
                ranges.stream().flatMap(range -> range.subtrees().stream()).toList();
        return hashes(client, wanted).map(found -> ranges.stream()
                .map(range -> MerkleTree.root(
                        range.subtrees().stream().map(found::get).toList()))
                .toList());
    }

    /** The hash of each of these subtrees. Fails when the log lacks what that takes. */
    Future<Map<Subtree, Buffer>> hashes(SqlClient client, Collection<Subtree> wanted) {
        return boundaries.treeSize(client).compose(dropped -> {
            Set<Subtree> stored = new HashSet<>();
            Set<Subtree> leaves = new HashSet<>();
            wanted.forEach(subtree -> divide(subtree, dropped, stored, leaves));
            return subtrees.find(client, stored)
                    .compose(found -> leaves(client, leaves).map(read -> {
                        Map<Subtree, Buffer> parts = new HashMap<>(found);
                        parts.putAll(read);
                        Map<Subtree, Buffer> hashes = new HashMap<>();
                        wanted.forEach(subtree -> hashes.put(subtree, hash(subtree, parts)));
                        return hashes;
                    }));
        });
    }

    /** What the log is said by when it lacks what it should hold. */
    static ServiceException damaged() {
        return new ServiceException(
                ErrorCode.INTERNAL_SERVER_ERROR,
                "The audit log is not as its checkpoints say; GET /api/v1/audit/verify says where");
    }

    /** @param dropped the leaves before this one are gone, but for subtrees that were stored when they went */
    private static void divide(Subtree subtree, long dropped, Set<Subtree> stored, Set<Subtree> leaves) {
        if (STORED.contains(subtree.level()) || (subtree.end() <= dropped && subtree.level() < STORED.get(0))) {
            stored.add(subtree);
        } else if (subtree.level() == 0) {
            leaves.add(subtree);
        } else {
            divide(subtree.left(), dropped, stored, leaves);
            divide(subtree.right(), dropped, stored, leaves);
        }
    }

    private Future<Map<Subtree, Buffer>> leaves(SqlClient client, Set<Subtree> leaves) {
        if (leaves.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        Long[] sequences = leaves.stream().map(Subtree::end).toArray(Long[]::new);
        return log.hashes(client, sequences).map(found -> {
            Map<Subtree, Buffer> hashes = new HashMap<>();
            found.forEach((sequence, hash) -> hashes.put(Subtree.leaf(sequence - 1), MerkleTree.leaf(hash)));
            return hashes;
        });
    }

    private static Buffer hash(Subtree subtree, Map<Subtree, Buffer> parts) {
        Buffer known = parts.get(subtree);
        if (known != null) {
            return known;
        }
        if (subtree.level() == 0) {
            throw damaged();
        }
        return MerkleTree.node(hash(subtree.left(), parts), hash(subtree.right(), parts));
    }
}
