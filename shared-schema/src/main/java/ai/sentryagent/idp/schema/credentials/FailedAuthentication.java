package ai.sentryagent.idp.schema.credentials;

/**
 * Somebody claimed to be a client and could not show it.
 *
 * @param clientId what was claimed, if it has the form of a client id, else {@code malformed}
 * @param reason for the investigator only: unknown_client, wrong_secret, revoked, expired, agent_suspended or
 *     agent_decommissioned
 */
public record FailedAuthentication(String clientId, String reason) {}
