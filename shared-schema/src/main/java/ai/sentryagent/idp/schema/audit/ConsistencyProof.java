package ai.sentryagent.idp.schema.audit;

import java.util.List;

/**
 * That the tree of the one size is the beginning of that of the other (RFC 9162 §2.1.4). All hashes are in hex.
 *
 * @param fromRootHash the root at the size {@code from}, as it is today
 * @param path what shows how the one root grows into the other, as {@code PROOF} of the RFC
 */
public record ConsistencyProof(long from, long to, String fromRootHash, String toRootHash, List<String> path) {}
