package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.gateway.contract.ApiOperation;

/** Who may call which operation. */
interface Policy {

    /** What it is known by: other files, another version. */
    String version();

    /**
     * What holds for a request.
     *
     * @param path normalized (RFC 3986 §6.2.2), without a query
     */
    Access access(ApiOperation operation, String path);
}
