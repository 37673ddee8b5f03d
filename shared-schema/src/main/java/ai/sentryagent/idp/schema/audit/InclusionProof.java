package ai.sentryagent.idp.schema.audit;

import java.util.List;

/**
 * That an event is in the log of a checkpoint (RFC 9162 §2.1.3). All hashes are in hex.
 *
 * @param sequence its place in the log, from 1
 * @param previousHash of the event before it in the chain
 * @param hash its own in the chain, which is the data of its leaf
 * @param leafIndex its place in the tree, from 0
 * @param path from the leaf to the root, as {@code PATH} of the RFC
 */
public record InclusionProof(
        AuditEvent event,
        long sequence,
        String previousHash,
        String hash,
        long leafIndex,
        List<String> path,
        Checkpoint checkpoint,
        CheckpointKey key) {}
