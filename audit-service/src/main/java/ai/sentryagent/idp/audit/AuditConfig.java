package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.config.DatabaseConfig;
import ai.sentryagent.idp.runtime.config.Settings;
import ai.sentryagent.idp.runtime.config.TokenConfig;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What audit-service is told at its start.
 *
 * @param issuer whose log it is
 * @param key signs checkpoints; empty where one is to be made
 * @param formerKeys signed earlier checkpoints
 * @param retentionDays how long events are kept; 0 for ever
 */
record AuditConfig(
        DatabaseConfig database,
        String issuer,
        Optional<AuditKey> key,
        List<AuditPublicKey> formerKeys,
        int retentionDays) {
    private static final int LONGEST = 36_500;

    /** Whose checkpoints count, where this key signs them now. */
    TrustedKeys trusted() {
        return key.map(own -> new TrustedKeys(Stream.concat(Stream.of(own.publicKey()), formerKeys.stream())
                        .toList()))
                .orElse(TrustedKeys.unknown());
    }

    static AuditConfig read(Settings settings) {
        if (settings.isSetOrFile("AUDIT_TRUSTED_KEYS") && !settings.isSetOrFile("AUDIT_SIGNING_KEY")) {
            settings.problem("AUDIT_TRUSTED_KEYS", "counts for nothing without AUDIT_SIGNING_KEY");
        }
        return new AuditConfig(
                DatabaseConfig.read(settings),
                TokenConfig.read(settings).issuer(),
                settings.optionalOrFile("AUDIT_SIGNING_KEY", AuditKey::ofPem),
                settings.optionalOrFile("AUDIT_TRUSTED_KEYS", AuditPublicKey::allOfPem)
                        .orElse(List.of()),
                settings.integer("AUDIT_RETENTION_DAYS", 90, 0, LONGEST));
    }
}
