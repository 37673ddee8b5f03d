package ai.sentryagent.idp.runtime;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Instant;
import java.util.List;

/**
 * {@code agentidp_certificate_expiry_timestamp_seconds{setting}}: when a certificate that this process shows is accepted no
 * more, in seconds since 1970.
 */
public final class CertificateGauge {
    private final MultiGauge gauge;

    /** @param setting by which the certificate came */
    public CertificateGauge(String setting) {
        gauge = MultiGauge.builder("agentidp_certificate_expiry_timestamp_seconds")
                .tag("setting", setting)
                .register(Metrics.globalRegistry);
    }

    /** In the place of what was told before. */
    public void tell(Instant validUntil) {
        gauge.register(List.of(MultiGauge.Row.of(Tags.empty(), validUntil.getEpochSecond())), true);
    }
}
