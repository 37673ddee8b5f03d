package ai.sentryagent.idp.agents;

import ai.sentryagent.idp.runtime.config.DatabaseConfig;
import ai.sentryagent.idp.runtime.config.Settings;
import ai.sentryagent.idp.schema.agents.EmailAddress;
import java.util.Optional;

/**
 * What agent-service is told at its start.
 *
 * @param maxAgents how many agents may not be decommissioned at a time; 0 for no limit
 * @param administratorEmail the first administrator's e-mail; empty when none shall be made
 */
record AgentConfig(DatabaseConfig database, int maxAgents, Optional<String> administratorEmail) {
    private static final int LONGEST_ADDRESS = 255;

    static AgentConfig read(Settings settings) {
        String email =
                settings.optional("BOOTSTRAP_EMAIL", AgentConfig::address).orElse("admin@agentidp.local");
        return new AgentConfig(
                DatabaseConfig.read(settings),
                settings.integer("MAX_AGENTS", 100, 0, Integer.MAX_VALUE),
                settings.text("BOOTSTRAP_CLIENT_SECRET").map(present -> email));
    }

    private static String address(String text) {
        if (text.length() > LONGEST_ADDRESS || !EmailAddress.isValid(text)) {
            throw new IllegalArgumentException("must be an e-mail address of at most 255 characters");
        }
        return text;
    }
}
