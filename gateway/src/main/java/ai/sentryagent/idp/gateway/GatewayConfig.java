package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.runtime.config.RedisConfig;
import ai.sentryagent.idp.runtime.config.Settings;
import ai.sentryagent.idp.runtime.config.TokenConfig;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * What the gateway is told.
 *
 * @param port 0 takes a free one
 * @param certificate without one HTTP is spoken in clear
 * @param corsOrigins origins that may call from a browser; none closes CORS
 */
record GatewayConfig(
        String host,
        int port,
        Optional<ServerCertificate> certificate,
        RedisConfig redis,
        TokenConfig tokens,
        List<String> corsOrigins,
        RateLimit rateLimit,
        ClientAddress addresses,
        PolicyInForce policy) {

    static GatewayConfig read(Settings settings) {
        Optional<ServerCertificate> certificate = ServerCertificate.read(settings);
        TokenConfig tokens = TokenConfig.read(settings);
        if (certificate.isPresent() && tokens.issuer().startsWith("http:")) {
            // the metadata would send clients, with their secrets, where nothing is encrypted
            settings.problem("ISSUER_URL", "must be https where TLS_CERTIFICATE is set");
        }
        return new GatewayConfig(
                settings.text("HOST", "0.0.0.0"),
                settings.integer("PORT", TokenConfig.DEFAULT_PORT, 0, 65_535),
                certificate,
                RedisConfig.read(settings),
                tokens,
                CrossOrigin.read(settings),
                RateLimit.read(settings),
                ClientAddress.read(settings),
                PolicyInForce.read(settings));
    }

    /** What clients put before every path and whatever is in front takes away; empty where the issuer has no path. */
    String root() {
        return URI.create(tokens.issuer()).getRawPath();
    }
}
