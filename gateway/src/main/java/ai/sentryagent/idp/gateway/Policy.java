package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.gateway.contract.ApiOperation;

/** Who may call which operation. */
interface Policy {

    /** What it is known by: other files, another version. */
    String version();

    /**
     * What holds for a request.
     *
     * @param path of what is asked for, in the one spelling that the gateway gives it
     */
    Access access(ApiOperation operation, String path);
}
