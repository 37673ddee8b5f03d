package ai.sentryagent.idp.schema.tokens;

import ai.sentryagent.idp.schema.Worded;

/** Where a signing key stands in its life. */
public enum KeyStatus implements Worded {
    /** Published, and signs later: whoever caches the keys has it by then. */
    NEXT,
    /** Signs. */
    CURRENT,
    /** Signs no more, but at an instance that holds no younger one; tokens that it has signed live on. */
    RETIRED,
    /** Ended at once; the tokens that it has signed are dead. */
    WITHDRAWN
}
