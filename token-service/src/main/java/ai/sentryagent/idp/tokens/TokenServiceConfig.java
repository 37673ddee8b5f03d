package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.runtime.config.DatabaseConfig;
import ai.sentryagent.idp.runtime.config.RedisConfig;
import ai.sentryagent.idp.runtime.config.Settings;
import ai.sentryagent.idp.runtime.config.TokenConfig;

/**
 * What token-service is told at its start.
 *
 * @param monthlyQuota tokens a client and calendar month (UTC); 0 for no limit
 */
record TokenServiceConfig(
        DatabaseConfig database, RedisConfig redis, TokenConfig tokens, SigningRules signing, long monthlyQuota) {

    static TokenServiceConfig read(Settings settings) {
        return new TokenServiceConfig(
                DatabaseConfig.read(settings),
                RedisConfig.read(settings),
                TokenConfig.read(settings),
                SigningRules.read(settings),
                settings.integer("MAX_TOKENS_PER_MONTH", 10_000, 0, Integer.MAX_VALUE));
    }
}
