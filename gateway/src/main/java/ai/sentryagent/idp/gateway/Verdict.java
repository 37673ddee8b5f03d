package ai.sentryagent.idp.gateway;

/**
 * What a compiled policy says.
 *
 * @param reason for whoever is refused; may be empty
 */
record Verdict(boolean allow, String reason) {}
