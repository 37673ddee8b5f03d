package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.Sha256;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlClient;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
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

    /** Places come in order, each with its hash, as the signed text of a boundary says. */
    static Buffer digest(SortedMap<Long, Buffer> dropped) {
        MessageDigest digest = Sha256.digest();
        dropped.forEach((sequence, hash) -> {
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, sequence));
            digest.update(hash.getBytes());
        });
        return Buffer.buffer(digest.digest());
    }

    /** Reads it. A boundary that a key signed which is not trusted is none, so that the log shows as broken where it begins. */
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
        return tables.dropped()
                .between(client, sealed.treeSize() + 1, Long.MAX_VALUE)
                .compose(dropped -> tables.subtrees().find(client, subtrees).map(found -> {
                    Optional<Frontier> tree = frontier(subtrees, found);
                    boolean holds = tables.trusted().vouchFor(boundary)
                            && digest(dropped).equals(boundary.droppedHash())
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
