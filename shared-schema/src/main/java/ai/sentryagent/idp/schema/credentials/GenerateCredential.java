package ai.sentryagent.idp.schema.credentials;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A new credential for an agent; {@code expiresAt} absent means never. */
public record GenerateCredential(UUID agentId, @Nullable Instant expiresAt) {}
