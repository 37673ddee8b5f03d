package ai.sentryagent.idp.audit;

import java.util.List;

/**
 * Whose signatures on checkpoints and boundaries count. The key beside a signature counts for nothing by itself: whoever owns
 * the database can put another there.
 *
 * @param keys this instance's own and those that were it before; empty where the own ends with the process, so that nothing
 *     tells those of earlier processes from a stranger's
 */
record TrustedKeys(List<AuditPublicKey> keys) {
    /** Of an installation that has no key of its own. */
    static TrustedKeys unknown() {
        return new TrustedKeys(List.of());
    }

    boolean includes(AuditPublicKey key) {
        return keys.isEmpty() || keys.contains(key);
    }

    boolean vouchFor(SignedCheckpoint signed) {
        return includes(signed.key()) && signed.holds();
    }

    boolean vouchFor(Boundary boundary) {
        return includes(boundary.key()) && boundary.holds();
    }
}
