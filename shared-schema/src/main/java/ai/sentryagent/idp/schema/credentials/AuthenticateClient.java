package ai.sentryagent.idp.schema.credentials;

/**
 * Client authentication, RFC 6749 §2.3.1.
 *
 * @param clientId as it was sent, which need not be a UUID
 * @param clientSecret as it was sent
 * @param cheapOnly whether only checks that cost microseconds may be made, and failures leave no event, because this address
 *     has guessed too often
 */
public record AuthenticateClient(String clientId, String clientSecret, boolean cheapOnly) {

    @Override
    public String toString() {
        return "AuthenticateClient[clientId=" + clientId + ", clientSecret=(hidden)]";
    }
}
