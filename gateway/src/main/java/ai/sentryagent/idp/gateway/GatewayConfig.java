package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.runtime.config.RedisConfig;
import ai.sentryagent.idp.runtime.config.Settings;
import ai.sentryagent.idp.runtime.config.TokenConfig;
import java.time.Duration;
import java.util.List;

/**
 * What the gateway is told.
 *
 * @param port 0 takes a free one
 * @param corsOrigins origins that may call from a browser; none closes CORS
 * @param rateLimit requests in one window; 0 switches the limit off
 */
record GatewayConfig(
        String host,
        int port,
        RedisConfig redis,
        TokenConfig tokens,
        List<String> corsOrigins,
        int rateLimit,
        Duration rateWindow,
        ClientAddress addresses,
        PolicyInForce policy) {

    static GatewayConfig read(Settings settings) {
        return new GatewayConfig(
                settings.text("HOST", "0.0.0.0"),
                settings.integer("PORT", TokenConfig.DEFAULT_PORT, 0, 65_535),
                RedisConfig.read(settings),
                TokenConfig.read(settings),
                CrossOrigin.read(settings),
                settings.integer("RATE_LIMIT_MAX_REQUESTS", 100, 0, Integer.MAX_VALUE),
                settings.millis(
                        "RATE_LIMIT_WINDOW_MS", Duration.ofMinutes(1), Duration.ofMillis(100), Duration.ofDays(1)),
                ClientAddress.read(settings),
                PolicyInForce.read(settings));
    }
}
