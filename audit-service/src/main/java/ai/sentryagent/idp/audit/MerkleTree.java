package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.Sha256;
import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/** The Merkle tree of RFC 9162 §2.1 with SHA-256, where it needs no hashes that are stored: its shape and its arithmetic. */
final class MerkleTree {
    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private MerkleTree() {}

    /** Leaves from the first of a subtree of the RFC's on: all before {@code end}. */
    record Range(long from, long end) {
        /** What it is made of. */
        List<Subtree> subtrees() {
            return cover(from, end);
        }
    }

    /** RFC 9162 §2.1.1: the hash of the empty tree. */
    static Buffer empty() {
        return Buffer.buffer(Sha256.digest().digest());
    }

    static Buffer leaf(Buffer data) {
        MessageDigest digest = Sha256.digest();
        digest.update(LEAF);
        return Buffer.buffer(digest.digest(data.getBytes()));
    }

    static Buffer node(Buffer left, Buffer right) {
        MessageDigest digest = Sha256.digest();
        digest.update(NODE);
        digest.update(left.getBytes());
        return Buffer.buffer(digest.digest(right.getBytes()));
    }

    /** The root of a range from the hashes of the subtrees that it is made of. */
    static Buffer root(List<Buffer> subtrees) {
        if (subtrees.isEmpty()) {
            return empty();
        }
        Buffer root = subtrees.get(subtrees.size() - 1);
        for (int i = subtrees.size() - 2; i >= 0; i--) {
            root = node(subtrees.get(i), root);
        }
        return root;
    }

    /** The fewest subtrees that together are all leaves from here up to there, from left to right. */
    static List<Subtree> cover(long from, long end) {
        List<Subtree> subtrees = new ArrayList<>();
        for (long next = from; next < end; ) {
            int fits = Long.SIZE - 1 - Long.numberOfLeadingZeros(end - next);
            int level = next == 0 ? fits : Math.min(fits, Long.numberOfTrailingZeros(next));
            subtrees.add(new Subtree(level, next >> level));
            next += 1L << level;
        }
        return subtrees;
    }

    /** RFC 9162 §2.1.3.1: whose roots prove that this leaf is in the tree of this size. */
    static List<Range> inclusion(long index, long size) {
        List<Range> path = new ArrayList<>();
        long from = 0;
        long end = size;
        while (end - from > 1) {
            long middle = from + half(end - from);
            if (index < middle) {
                path.add(0, new Range(middle, end));
                end = middle;
            } else {
                path.add(0, new Range(from, middle));
                from = middle;
            }
        }
        return path;
    }

    /** RFC 9162 §2.1.4.1: whose roots prove that the tree of the one size is the beginning of that of the other. */
    static List<Range> consistency(long size, long later) {
        List<Range> path = new ArrayList<>();
        long from = 0;
        long end = later;
        while (end > size) {
            long middle = from + half(end - from);
            if (size <= middle) {
                path.add(0, new Range(middle, end));
                end = middle;
            } else {
                path.add(0, new Range(from, middle));
                from = middle;
            }
        }
        if (from > 0) {
            path.add(0, new Range(from, end)); // else it is the tree that the asker has
        }
        return path;
    }

    /** The largest power of two that is smaller. */
    private static long half(long leaves) {
        return Long.highestOneBit(leaves - 1);
    }
}
