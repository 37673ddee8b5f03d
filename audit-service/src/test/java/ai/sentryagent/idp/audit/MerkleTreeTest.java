package ai.sentryagent.idp.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The shape of the tree against the definitions of RFC 9162 §2.1, which are written down here as they stand there. */
final class MerkleTreeTest {
    private static final int LARGEST = 70;
    private static final List<Buffer> LEAVES = IntStream.range(0, LARGEST)
            .mapToObj(i -> Buffer.buffer("leaf " + i))
            .toList();

    @Test
    void theRootIsThatOfTheRfc() {
        for (int n = 0; n <= LARGEST; n++) {
            Frontier frontier = new Frontier();
            LEAVES.subList(0, n).forEach(frontier::append);
            assertThat(frontier.root()).isEqualTo(mth(LEAVES.subList(0, n))).isEqualTo(rootOf(0, n));
            assertThat(frontier.size()).isEqualTo(n);
        }
    }

    @Test
    void theWayFromEveryLeafIsThatOfTheRfc() {
        for (int n = 1; n <= LARGEST; n++) {
            for (int m = 0; m < n; m++) {
                assertThat(roots(MerkleTree.inclusion(m, n))).isEqualTo(path(m, LEAVES.subList(0, n)));
            }
        }
    }

    @Test
    void theWayFromEverySizeIsThatOfTheRfc() {
        for (int n = 1; n <= LARGEST; n++) {
            for (int m = 1; m <= n; m++) {
                assertThat(roots(MerkleTree.consistency(m, n))).isEqualTo(subproof(m, LEAVES.subList(0, n), true));
            }
        }
    }

    @Test
    void aTreeGrowsByWholeSubtreesWhereTheyFit() {
        for (int from = 0; from <= LARGEST; from++) {
            Frontier frontier = new Frontier();
            LEAVES.subList(0, from).forEach(frontier::append);
            for (Subtree subtree : MerkleTree.cover(from, LARGEST)) {
                long first = subtree.position() << subtree.level();
                frontier.append(subtree.level(), rootOf(first, subtree.end()));
            }
            assertThat(frontier.root()).isEqualTo(mth(LEAVES));
        }
        Frontier odd = new Frontier();
        odd.append(LEAVES.get(0));
        assertThatThrownBy(() -> odd.append(1, LEAVES.get(1))).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<Buffer> roots(List<MerkleTree.Range> ranges) {
        return ranges.stream().map(range -> rootOf(range.from(), range.end())).toList();
    }

    private static Buffer rootOf(long from, long end) {
        return MerkleTree.root(MerkleTree.cover(from, end).stream()
                .map(subtree -> mth(LEAVES.subList((int) (subtree.position() << subtree.level()), (int) subtree.end())))
                .toList());
    }

    /** RFC 9162 §2.1.1. */
    private static Buffer mth(List<Buffer> d) {
        if (d.isEmpty()) {
            return MerkleTree.empty();
        }
        if (d.size() == 1) {
            return MerkleTree.leaf(d.get(0));
        }
        int k = k(d.size());
        return MerkleTree.node(mth(d.subList(0, k)), mth(d.subList(k, d.size())));
    }

    /** RFC 9162 §2.1.3.1. */
    private static List<Buffer> path(int m, List<Buffer> d) {
        if (d.size() == 1) {
            return List.of();
        }
        int k = k(d.size());
        return m < k
                ? and(path(m, d.subList(0, k)), mth(d.subList(k, d.size())))
                : and(path(m - k, d.subList(k, d.size())), mth(d.subList(0, k)));
    }

    /** RFC 9162 §2.1.4.1. */
    private static List<Buffer> subproof(int m, List<Buffer> d, boolean b) {
        if (m == d.size()) {
            return b ? List.of() : List.of(mth(d));
        }
        int k = k(d.size());
        return m <= k
                ? and(subproof(m, d.subList(0, k), b), mth(d.subList(k, d.size())))
                : and(subproof(m - k, d.subList(k, d.size()), false), mth(d.subList(0, k)));
    }

    private static int k(int n) {
        int k = 1;
        while (2 * k < n) {
            k *= 2;
        }
        return k;
    }

    private static List<Buffer> and(List<Buffer> path, Buffer last) {
        List<Buffer> longer = new ArrayList<>(path);
        longer.add(last);
        return longer;
    }
}
