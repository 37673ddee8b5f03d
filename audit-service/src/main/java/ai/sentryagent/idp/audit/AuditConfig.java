package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.config.DatabaseConfig;
import ai.sentryagent.idp.runtime.config.Settings;
import ai.sentryagent.idp.runtime.config.TokenConfig;
import java.util.Optional;

/**
 * What audit-service is told at its start.
 *
 * @param issuer whose log it is
 * @param key signs checkpoints; empty where one is to be made
 * @param retentionDays how long events are kept; 0 for ever
 */
record AuditConfig(DatabaseConfig database, String issuer, Optional<AuditKey> key, int retentionDays) {
    private static final int LONGEST = 36_500;

    static AuditConfig read(Settings settings) {
        return new AuditConfig(
                DatabaseConfig.read(settings),
                TokenConfig.read(settings).issuer(),
                settings.optionalOrFile("AUDIT_SIGNING_KEY", AuditKey::ofPem),
                settings.integer("AUDIT_RETENTION_DAYS", 90, 0, LONGEST));
    }
}
