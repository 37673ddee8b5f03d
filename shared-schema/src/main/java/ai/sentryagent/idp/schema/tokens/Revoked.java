package ai.sentryagent.idp.schema.tokens;

/** The token is dead everywhere, or never was alive. */
public record Revoked() {}
