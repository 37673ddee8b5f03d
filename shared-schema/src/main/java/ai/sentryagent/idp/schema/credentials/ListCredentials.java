package ai.sentryagent.idp.schema.credentials;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which of an agent's credentials. {@code page} starts at 1, {@code limit} is 1 to 100. */
public record ListCredentials(UUID agentId, @Nullable CredentialStatus status, int page, int limit) {}
