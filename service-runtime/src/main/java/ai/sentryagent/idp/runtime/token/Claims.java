package ai.sentryagent.idp.runtime.token;

import com.nimbusds.jose.JOSEObjectType;

/** Names that the maker and the verifiers of access tokens share, beyond those of RFC 7519. */
public final class Claims {
    /** RFC 9068 §2.1. */
    public static final JOSEObjectType TYPE = new JOSEObjectType("at+jwt");

    /** The same, as RFC 9068 §4 allows it to be written. */
    static final JOSEObjectType TYPE_IN_FULL = new JOSEObjectType("application/at+jwt");

    public static final String CLIENT_ID = "client_id";
    public static final String SCOPE = "scope";
    public static final String CREDENTIAL = "cid";
    public static final String AGENT_TYPE = "agent_type";
    public static final String DEPLOYMENT_ENV = "deployment_env";
    public static final String AGENT_EPOCH = "agent_epoch";
    public static final String CREDENTIAL_EPOCH = "credential_epoch";

    private Claims() {}
}
