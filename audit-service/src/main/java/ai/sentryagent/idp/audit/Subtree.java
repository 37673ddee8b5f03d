package ai.sentryagent.idp.audit;

/**
 * Two to the power of {@code level} leaves that have one parent.
 *
 * @param position counted in subtrees of this level, from the first leaf of the tree
 */
record Subtree(int level, long position) {
    static Subtree leaf(long index) {
        return new Subtree(0, index);
    }

    /** The index of the leaf after its last. */
    long end() {
        return (position + 1) << level;
    }

    Subtree left() {
        return new Subtree(level - 1, 2 * position);
    }

    Subtree right() {
        return new Subtree(level - 1, 2 * position + 1);
    }
}
