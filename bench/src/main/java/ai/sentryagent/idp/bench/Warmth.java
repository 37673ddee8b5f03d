package ai.sentryagent.idp.bench;

/**
 * Whether a contender has become as quick as it will, by how it did in one spell of load after the other. A JVM compiles
 * for minutes what it runs, and five of them share two cores.
 */
final class Warmth {
    /** By less than this, spells differ anyway. */
    private static final double GROWTH = 1.03;

    private static final int STEADY_SPELLS = 2;

    private double best;
    private int steady;

    /** Of the next spell, in requests a second. */
    void add(double rate) {
        steady = rate > best * GROWTH ? 0 : steady + 1;
        best = Math.max(best, rate);
    }

    /** When two spells in a row have brought nothing. */
    boolean isSteady() {
        return steady >= STEADY_SPELLS;
    }
}
