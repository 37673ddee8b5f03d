package ai.sentryagent.idp.schema.agents;

import ai.sentryagent.idp.schema.Worded;

/** Where an agent runs. */
public enum DeploymentEnv implements Worded {
    DEVELOPMENT,
    STAGING,
    PRODUCTION
}
