package ai.sentryagent.idp.schema.credentials;

import java.util.List;

/** One page, newest first. {@code total} counts all that match, {@code page} starts at 1. */
public record CredentialPage(List<Credential> data, long total, int page, int limit) {}
