package ai.sentryagent.idp.gateway;

/** What one request must show, and whether it may pass. */
interface Access {

    /** Whether nobody is asked who they are. */
    boolean open();

    /** Whether a client may authenticate itself here (RFC 6749 §2.3.1). */
    boolean takesClients();

    /** Whether a bearer token may be shown here (RFC 6750 §2.1). */
    boolean takesTokens();

    /**
     * Lets whoever may pass.
     *
     * @throws ai.sentryagent.idp.schema.ServiceException FORBIDDEN otherwise
     */
    void require(Identity identity);
}
