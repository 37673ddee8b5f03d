package ai.sentryagent.idp.audit;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;

/** Stores the subtrees that are complete, in steps that are small enough for an event loop. */
final class TreeKeeper {
    private static final int LEVELS_BETWEEN = 8;
    private static final int CHILDREN = 1 << LEVELS_BETWEEN;
    private static final int BLOCKS_A_STEP = 16;

    private final Tables tables;

    TreeKeeper(Tables tables) {
        this.tables = tables;
    }

    /** Stores some of what is complete in a log of this size, and says whether that was the last of it. */
    Future<Boolean> store(SqlClient transaction, long size) {
        int lowest = TreeReader.STORED.get(0);
        long blocks = size / CHILDREN;
        return tables.subtrees().complete(transaction, lowest).compose(from -> {
            long end = Math.min(blocks, from + BLOCKS_A_STEP);
            if (from >= end) {
                return Future.succeededFuture(true);
            }
            List<Subtree> halves = LongStream.range(2 * from, 2 * end)
                    .mapToObj(half -> new Subtree(lowest - 1, half))
                    .toList();
            return tables.tree()
                    .hashes(transaction, halves)
                    .compose(hashes -> {
                        Map<Subtree, Buffer> roots = new HashMap<>();
                        for (long block = from; block < end; block++) {
                            Subtree root = new Subtree(lowest, block);
                            roots.put(
                                    root,
                                    MerkleTree.node(
                                            Objects.requireNonNull(hashes.get(root.left())),
                                            Objects.requireNonNull(hashes.get(root.right()))));
                        }
                        return tables.subtrees().insert(transaction, roots);
                    })
                    .compose(stored -> raise(transaction, lowest, from, end))
                    .map(raised -> end == blocks);
        });
    }

    /** What has become complete of the next level by subtrees {@code from} to {@code end} of this one. */
    private Future<Void> raise(SqlClient transaction, int level, long from, long end) {
        long first = from / CHILDREN;
        long last = end / CHILDREN;
        if (first >= last || level + LEVELS_BETWEEN > TreeReader.STORED.get(TreeReader.STORED.size() - 1)) {
            return Future.succeededFuture();
        }
        List<Subtree> children = new ArrayList<>();
        for (long position = first * CHILDREN; position < last * CHILDREN; position++) {
            children.add(new Subtree(level, position));
        }
        return tables.subtrees()
                .find(transaction, children)
                .compose(found -> {
                    Map<Subtree, Buffer> roots = new HashMap<>();
                    for (long parent = first; parent < last; parent++) {
                        List<Buffer> hashes = children
                                .subList((int) ((parent - first) * CHILDREN), (int) ((parent - first + 1) * CHILDREN))
                                .stream()
                                .map(found::get)
                                .toList();
                        roots.put(new Subtree(level + LEVELS_BETWEEN, parent), perfect(hashes));
                    }
                    return tables.subtrees().insert(transaction, roots);
                })
                .compose(stored -> raise(transaction, level + LEVELS_BETWEEN, first, last));
    }

    private static Buffer perfect(List<Buffer> hashes) {
        Frontier frontier = new Frontier();
        for (Buffer hash : hashes) {
            frontier.append(0, hash);
        }
        return frontier.root();
    }
}
