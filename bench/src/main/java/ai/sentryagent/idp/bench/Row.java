package ai.sentryagent.idp.bench;

import java.util.Locale;

/** What is measured of whoever can do it. */
enum Row {
    TOKENS("Tokens: client credentials, RS256 with 2048 bits", true),
    TOKENS_ES256("Tokens: client credentials, ES256", true),
    TOKENS_TLS("Tokens over HTTPS: client credentials, RS256 with 2048 bits, a new connection a request", false),
    INTROSPECT("Introspection of " + LiveTokens.COUNT + " live tokens in turn", true),
    GET_AGENT("Reading an agent with a bearer token (of Keycloak: a client)", true);

    private final String title;
    private final boolean keepsAlive;

    Row(String title, boolean keepsAlive) {
        this.title = title;
        this.keepsAlive = keepsAlive;
    }

    String title() {
        return title;
    }

    /** Whether a connection serves more than one request. */
    boolean keepsAlive() {
        return keepsAlive;
    }

    /** As it is called on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
