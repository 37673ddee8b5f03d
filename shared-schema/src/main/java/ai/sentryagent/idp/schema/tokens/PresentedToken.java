package ai.sentryagent.idp.schema.tokens;

/**
 * A token that somebody asks about or wants revoked.
 *
 * @param anyClient whether the asker may act on tokens of every client, or on its own only
 */
public record PresentedToken(String token, boolean anyClient) {

    @Override
    public String toString() {
        return "PresentedToken[token=(hidden), anyClient=" + anyClient + "]";
    }
}
