package ai.sentryagent.idp.gateway.contract;

/** A way to authenticate; each is a security scheme of the document. */
public enum AuthMethod {
    /** RFC 6750 §2.1. */
    BEARER("bearerAuth"),
    /** RFC 6749 §2.3.1, in the Authorization header. */
    CLIENT_BASIC("clientBasic"),
    /** RFC 6749 §2.3.1, in the form. */
    CLIENT_POST("clientPost");

    private final String scheme;

    AuthMethod(String scheme) {
        this.scheme = scheme;
    }

    static AuthMethod ofScheme(String scheme) {
        for (AuthMethod method : values()) {
            if (method.scheme.equals(scheme)) {
                return method;
            }
        }
        throw new IllegalArgumentException("No such security scheme: " + scheme);
    }
}
