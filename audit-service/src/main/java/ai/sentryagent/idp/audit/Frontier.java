package ai.sentryagent.idp.audit;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/** A Merkle tree that grows at its right edge, of which only what the next root needs is kept. */
final class Frontier {
    private final List<Integer> levels = new ArrayList<>();
    private final List<Buffer> hashes = new ArrayList<>();
    private long size;

    long size() {
        return size;
    }

    Buffer root() {
        return MerkleTree.root(hashes);
    }

    void append(Buffer leaf) {
        append(0, MerkleTree.leaf(leaf));
    }

    /**
     * Appends a whole subtree.
     *
     * @throws IllegalArgumentException when none of this level can begin here
     */
    void append(int level, Buffer hash) {
        if (level < 0 || level > 62 || (size & ((1L << level) - 1)) != 0) {
            throw new IllegalArgumentException("No subtree of level " + level + " begins at " + size);
        }
        size += 1L << level;
        int top = level;
        Buffer joined = hash;
        while (!levels.isEmpty() && levels.get(levels.size() - 1) == top) {
            joined = MerkleTree.node(hashes.remove(hashes.size() - 1), joined);
            levels.remove(levels.size() - 1);
            top++;
        }
        levels.add(top);
        hashes.add(joined);
    }
}
