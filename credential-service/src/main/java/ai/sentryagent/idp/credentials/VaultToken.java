package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.runtime.Pauses;
import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.config.ConfigurationException;
import ai.sentryagent.idp.schema.Rounds;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The token with which this service comes to Vault: looked at before anything starts, and renewed before it ends. */
final class VaultToken {
    private static final Logger LOG = LoggerFactory.getLogger(VaultToken.class);
    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** Of a token that lives for long, all the same at least that often. */
    private static final Duration RENEW_AT_LEAST_EVERY = Duration.ofHours(6);

    private static final UUID NOBODY = new UUID(0, 0);

    /** What must be allowed at each kind of path. */
    private static final Map<String, List<String>> NEEDED = Map.of(
            "data", List.of("create", "update", "read"),
            "metadata", List.of("read", "delete"),
            "destroy", List.of("update"));

    private final ServiceRuntime runtime;
    private final VaultLink link;
    private final Pauses pauses;
    private boolean closed;

    VaultToken(ServiceRuntime runtime, VaultLink link) {
        this.runtime = runtime;
        this.link = link;
        this.pauses = new Pauses(runtime.random(), SHORTEST_PAUSE, LONGEST_PAUSE);
    }

    /**
     * Completes when Vault has taken the token and shown the mount. Fails with {@link ConfigurationException} when a setting
     * must change; waits for a Vault that is there but sealed or without a leader.
     */
    Future<Void> check(VaultAddress vault) {
        return Rounds.untilLast(() -> link.look("auth/token/lookup-self")
                .recover(failure -> refuse("VAULT_ADDR cannot be reached: " + failure.getMessage()))
                .compose(reply -> switch (reply.status()) {
                    case 200 -> {
                        keepAlive(reply.part("data"));
                        yield checkMount(vault).map(true);
                    }
                    case 403 -> refuse("VAULT_TOKEN is refused by Vault");
                    case 429, 472, 473, 500, 502, 503 -> waitAfter(reply).map(false);
                    default -> refuse("VAULT_ADDR is not answered by a Vault: " + reply.status());
                }));
    }

    void close() {
        closed = true;
    }

    /** A credential that nobody has is not there: whoever may look for it hears so. */
    private Future<Void> checkMount(VaultAddress vault) {
        String nowhere = VaultLink.at("metadata", vault.path(NOBODY, NOBODY));
        return link.look(nowhere)
                .recover(failure -> refuse("VAULT_ADDR cannot be reached: " + failure.getMessage()))
                .compose(reply -> switch (reply.status()) {
                    case 200 -> checkKind(vault);
                    case 404 ->
                        reply.isNothingThere()
                                ? checkKind(vault)
                                : refuse("VAULT_MOUNT names no secrets engine of Vault");
                    case 403 -> refuse("VAULT_TOKEN may not read below VAULT_MOUNT, or VAULT_MOUNT is another");
                    default -> refuse("VAULT_MOUNT cannot be read: Vault answers " + reply.status());
                });
    }

    /** As Vault's own command line finds out; where Vault does not tell, the first write will. */
    private Future<Void> checkKind(VaultAddress vault) {
        return link.look("sys/internal/ui/mounts/" + vault.mount())
                .map(reply -> reply.status() != 200
                        || "2".equals(reply.part("data", "options").getString("version")))
                .otherwise(true)
                .compose(isVersioned -> isVersioned
                        ? checkCapabilities(vault)
                        : refuse("VAULT_MOUNT is not version 2 of the kv secrets engine"));
    }

    private Future<Void> checkCapabilities(VaultAddress vault) {
        String path = vault.path(NOBODY, NOBODY);
        Map<String, List<String>> needed = NEEDED.entrySet().stream()
                .collect(Collectors.toMap(kind -> VaultLink.at(kind.getKey(), path), Map.Entry::getValue));
        return link.capabilities(List.copyOf(needed.keySet()))
                .otherwise(new JsonObject())
                .compose(told -> needed.entrySet().stream()
                        .filter(each -> isLacking(told.getJsonArray(each.getKey()), each.getValue()))
                        .findFirst()
                        .map(each -> VaultToken.<Void>refuse(
                                "VAULT_TOKEN needs " + each.getValue() + " at " + each.getKey()))
                        .orElseGet(Future::succeededFuture));
    }

    private static boolean isLacking(@Nullable JsonArray told, List<String> needed) {
        return told != null && !told.contains("root") && !needed.stream().allMatch(told::contains);
    }

    private Future<?> waitAfter(VaultLink.Reply reply) {
        LOG.atWarn()
                .addKeyValue("status", reply.status())
                .addKeyValue("cause", reply.errors())
                .log("Waiting for Vault");
        return runtime.vertx().timer(jittered(SHORTEST_PAUSE).toMillis());
    }

    private void keepAlive(JsonObject token) {
        long seconds = token.getLong("ttl", 0L);
        if (token.getBoolean("renewable", false)) {
            renewAfter(half(seconds));
        } else if (seconds > 0) {
            LOG.atWarn().addKeyValue("seconds", seconds).log("VAULT_TOKEN ends and cannot be renewed");
        }
    }

    private void renewAfter(Duration delay) {
        runtime.vertx().setTimer(Math.max(1, delay.toMillis()), over -> {
            if (!closed) {
                renew();
            }
        });
    }

    private void renew() {
        link.renewToken()
                .onSuccess(seconds -> {
                    pauses.startOver();
                    renewAfter(half(seconds));
                })
                .onFailure(failure -> {
                    LOG.atWarn().addKeyValue("cause", failure.getMessage()).log("VAULT_TOKEN was not renewed");
                    renewAfter(pauses.next());
                });
    }

    private Duration half(long seconds) {
        Duration half = jittered(Duration.ofMillis(seconds * 500));
        Duration notTooSoon = half.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : half;
        return notTooSoon.compareTo(RENEW_AT_LEAST_EVERY) < 0 ? notTooSoon : RENEW_AT_LEAST_EVERY;
    }

    private Duration jittered(Duration pause) {
        return Pauses.jittered(runtime.random(), pause);
    }

    private static <T> Future<T> refuse(String problem) {
        return Future.failedFuture(new ConfigurationException(List.of(problem)));
    }
}
