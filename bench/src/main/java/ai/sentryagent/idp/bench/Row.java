package ai.sentryagent.idp.bench;

import java.util.Locale;

/** What is measured of whoever can do it. */
enum Row {
    TOKENS("Tokens: client credentials, RS256 with 2048 bits, connections kept alive", 64),
    TOKENS_ES256("Tokens: client credentials, ES256, connections kept alive", 64),
    INTROSPECT("Introspection of " + LiveTokens.COUNT + " live tokens in turn, connections kept alive", 64),
    GET_AGENT("Reading an agent with a bearer token (of Keycloak: a client), connections kept alive", 64);

    private final String title;
    private final int connections;

    Row(String title, int connections) {
        this.title = title;
        this.connections = connections;
    }

    String title() {
        return title;
    }

    int connections() {
        return connections;
    }

    /** As it is called on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
