package ai.sentryagent.idp.schema.credentials;

import ai.sentryagent.idp.schema.agents.AgentType;
import ai.sentryagent.idp.schema.agents.DeploymentEnv;
import java.util.List;
import java.util.UUID;

/**
 * An authenticated client: an active agent that has shown the secret of a live credential.
 *
 * @param clientId the agent's id
 * @param credentialId the credential whose secret was shown
 * @param agentEpoch the epoch of its agent under which it acts; see {@link
 *     ai.sentryagent.idp.schema.agents.AgentState#epoch}
 * @param credentialEpoch likewise of its credential, raised by revoke and by a rotation that kills tokens
 */
public record Client(
        UUID clientId,
        UUID credentialId,
        long agentEpoch,
        long credentialEpoch,
        AgentType agentType,
        DeploymentEnv deploymentEnv,
        List<String> capabilities,
        List<String> scopes) {}
