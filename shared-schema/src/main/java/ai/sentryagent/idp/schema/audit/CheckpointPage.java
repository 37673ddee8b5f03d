package ai.sentryagent.idp.schema.audit;

import java.util.List;

/** One page, newest first, and every key that signed one of it. */
public record CheckpointPage(List<Checkpoint> data, long total, int page, int limit, List<CheckpointKey> keys) {}
