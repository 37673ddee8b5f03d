package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.standalone.dev.CertificateAuthority;
import java.util.Map;
import java.util.Objects;

/** A server that an authority has certified, all in PEM. */
record Certified(String certificate, String key, String authority) {
    static Certified by(CertificateAuthority authority, String name) {
        Map<String, String> made = authority.member(name);
        return new Certified(
                Objects.requireNonNull(made.get("CLUSTER_CERTIFICATE")),
                Objects.requireNonNull(made.get("CLUSTER_PRIVATE_KEY")),
                Objects.requireNonNull(made.get("CLUSTER_AUTHORITY")));
    }

    /** Of a gateway that shows it. */
    Map<String, String> settings() {
        return Map.of("TLS_CERTIFICATE", certificate, "TLS_PRIVATE_KEY", key);
    }
}
