package ai.sentryagent.idp.schema.tokens;

/**
 * The answer about a token.
 *
 * @param live whether nothing that stands in the database has revoked it
 */
public record Standing(boolean live) {}
