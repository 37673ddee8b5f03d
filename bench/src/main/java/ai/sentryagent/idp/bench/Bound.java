package ai.sentryagent.idp.bench;

/**
 * What a figure must be.
 *
 * @param limit inclusive
 */
record Bound(String what, double figure, boolean atMost, double limit) {
    static Bound atMost(String what, double figure, double limit) {
        return new Bound(what, figure, true, limit);
    }

    static Bound atLeast(String what, double figure, double limit) {
        return new Bound(what, figure, false, limit);
    }

    boolean isMet() {
        return atMost ? figure <= limit : figure >= limit;
    }
}
