package ai.sentryagent.idp.schema.tokens;

/** Ends a signing key at once, and with it every token that it has signed. */
public record WithdrawKey(String kid) {}
