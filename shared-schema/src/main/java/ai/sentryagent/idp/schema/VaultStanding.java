package ai.sentryagent.idp.schema;

/**
 * How a service stands with Vault.
 *
 * @param connected whether it answered and took the service's token
 * @param waiting how many secrets should have been destroyed there and have not been, up to 10,000
 */
public record VaultStanding(boolean connected, long waiting) {}
