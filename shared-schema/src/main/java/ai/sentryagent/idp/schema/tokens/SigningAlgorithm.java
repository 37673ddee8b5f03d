package ai.sentryagent.idp.schema.tokens;

/** How access tokens are signed, RFC 7518 §3.1. */
public enum SigningAlgorithm {
    RS256,
    PS256,
    ES256
}
