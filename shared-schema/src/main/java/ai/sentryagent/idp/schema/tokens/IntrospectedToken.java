package ai.sentryagent.idp.schema.tokens;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** That a token was asked about and what was answered; no id where the token was not one of ours. */
public record IntrospectedToken(@Nullable UUID jti, boolean active) {}
