package ai.sentryagent.idp.schema.credentials;

import ai.sentryagent.idp.schema.Worded;

/** Whether a secret is still accepted; expired is read off the clock, not stored. */
public enum CredentialStatus implements Worded {
    ACTIVE,
    REVOKED,
    EXPIRED
}
