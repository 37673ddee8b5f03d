package ai.sentryagent.idp.schema.credentials;

/**
 * Client authentication, RFC 6749 §2.3.1.
 *
 * @param clientId as it was sent, which need not be a UUID
 * @param clientSecret as it was sent
 * @param cheapOnly whether what is not right is refused without a slow check and without an event, because there were too
 *     many failures from this address or against this client
 */
public record AuthenticateClient(String clientId, String clientSecret, boolean cheapOnly) {

    @Override
    public String toString() {
        return "AuthenticateClient[clientId=" + clientId + ", clientSecret=(hidden)]";
    }
}
