package ai.sentryagent.idp.audit;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlClient;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the log begins: with its first event, or behind the last boundary of retention, if that is as it was signed.
 *
 * @param size how many events come before
 * @param hash the last of them in the chain
 * @param tree over them
 * @param sealedAt when the boundary was signed behind which it lies; null where it lies behind none
 * @param boundary the id of the last boundary that is stored, whoever stored it; 0 where there is none
 */
record LogBeginning(long size, Buffer hash, Frontier tree, @Nullable Instant sealedAt, long boundary) {
    boolean isBoundary() {
        return sealedAt != null;
    }

    /**
     * Reads it, and all that was dropped behind it. A boundary that a key signed which is not trusted is none, so that the log
     * shows as broken where it begins.
     */
    static Future<LogBeginning> read(SqlClient client, Tables tables) {
        return tables.boundaries()
                .latest(client)
                .compose(boundary ->
                        boundary.isEmpty() ? Future.succeededFuture(first(0)) : behind(client, tables, boundary.get()));
    }

    private static LogBeginning first(long boundary) {
        return new LogBeginning(0, HashChain.origin(), new Frontier(), null, boundary);
    }

    private static Future<LogBeginning> behind(SqlClient client, Tables tables, Boundary boundary) {
        Boundary.Sealed sealed = boundary.sealed();
        List<Subtree> subtrees = MerkleTree.cover(0, sealed.treeSize());
        return DroppedDigest.after(client, tables.dropped(), sealed.treeSize())
                .compose(dropped -> tables.subtrees().find(client, subtrees).map(found -> {
                    Optional<Frontier> tree = frontier(subtrees, found);
                    boolean holds = tables.trusted().vouchFor(boundary)
                            && dropped.equals(boundary.droppedHash())
                            && tree.isPresent()
                            && tree.get().root().equals(sealed.rootHash());
                    return holds
                            ? new LogBeginning(
                                    sealed.treeSize(),
                                    sealed.chainHash(),
                                    tree.get(),
                                    sealed.timestamp(),
                                    boundary.id())
                            : first(boundary.id());
                }));
    }

    private static Optional<Frontier> frontier(List<Subtree> subtrees, Map<Subtree, Buffer> hashes) {
        Frontier frontier = new Frontier();
        for (Subtree subtree : subtrees) {
            Buffer hash = hashes.get(subtree);
            if (hash == null) {
                return Optional.empty();
            }
            frontier.append(subtree.level(), hash);
        }
        return Optional.of(frontier);
    }
}
