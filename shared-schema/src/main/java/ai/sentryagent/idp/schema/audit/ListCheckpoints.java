package ai.sentryagent.idp.schema.audit;

/** Which checkpoints, newest first; {@code page} starts at 1. */
public record ListCheckpoints(int page, int limit) {}
