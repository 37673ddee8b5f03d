package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.runtime.redis.RedisLink;
import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.Operation;
import ai.sentryagent.idp.schema.ServiceHealth;
import ai.sentryagent.idp.schema.VaultStanding;
import ai.sentryagent.idp.schema.agents.AgentOperations;
import ai.sentryagent.idp.schema.audit.AuditOperations;
import ai.sentryagent.idp.schema.credentials.CredentialOperations;
import ai.sentryagent.idp.schema.tokens.TokenOperations;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks every service how it stands with what it depends on. */
final class HealthReport {
    private static final List<Service> SERVICES = List.of(
            new Service("agents", AgentOperations.HEALTH),
            new Service("credentials", CredentialOperations.HEALTH),
            new Service("tokens", TokenOperations.HEALTH),
            new Service("audit", AuditOperations.HEALTH));

    private record Service(String name, Operation<ServiceHealth.Question, ServiceHealth> health) {}

    private static final Caller SELF = Caller.system("gateway-health");

    private final Bus bus;
    private final RedisLink redis;
    private final PolicyInForce policy;
    private final SharedLook<Boolean> any;
    private final SharedLook<Answer> all;

    HealthReport(Vertx vertx, Bus bus, RedisLink redis, PolicyInForce policy) {
        this.policy = policy;
        this.bus = bus;
        this.redis = redis;
        this.any = new SharedLook<>(vertx, this::askForAny);
        this.all = new SharedLook<>(vertx, this::askAll);
    }

    /** Whether any service answers at all, however it is: without one, a gateway has nothing to offer. */
    Future<Boolean> anyAnswers() {
        return any.take();
    }

    /** How everything is, or was half a second ago. */
    Future<Answer> ask() {
        return all.take();
    }

    private Future<Boolean> askForAny() {
        return Future.any(SERVICES.stream()
                        .map(service -> service.health().ask(bus, SELF, new ServiceHealth.Question()))
                        .toList())
                .map(true)
                .otherwise(false);
    }

    private Future<Answer> askAll() {
        List<Future<Optional<ServiceHealth>>> asked = SERVICES.stream()
                .map(service -> service.health()
                        .ask(bus, SELF, new ServiceHealth.Question())
                        .map(Optional::of)
                        .otherwise(Optional.empty()))
                .toList();
        Future<Boolean> here = redis.answers();
        return Future.all(asked).compose(all -> here).map(up -> report(asked, up));
    }

    private Answer report(List<Future<Optional<ServiceHealth>>> asked, boolean redisHere) {
        boolean anybody = false;
        boolean postgres = true;
        boolean redis = redisHere;
        VaultStanding vault = null;
        Map<String, Object> amiss = new LinkedHashMap<>();
        for (int i = 0; i < SERVICES.size(); i++) {
            Optional<ServiceHealth> health = asked.get(i).result();
            if (health.isEmpty()) {
                amiss.put(SERVICES.get(i).name(), "unreachable");
            } else {
                anybody = true;
                postgres &= health.get().postgres();
                redis &= health.get().redis();
                vault = health.get().vault() == null ? vault : health.get().vault();
            }
        }
        if (vault != null && vault.waiting() > 0) {
            amiss.put("vaultDestructions", vault.waiting() + " waiting");
        }
        boolean well = anybody && postgres && redis && (vault == null || vault.connected());
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", well ? amiss.isEmpty() ? "ok" : "degraded" : "error");
        body.put("postgres", anybody ? word(postgres) : "unknown"); // a gateway has no connection of its own
        body.put("redis", word(redis));
        if (vault != null) {
            body.put("vault", word(vault.connected()));
        }
        body.putAll(amiss);
        body.put("policy", policy.version());
        return well ? Answer.ok(body) : Answer.json(503, body).with("retry-after", "1");
    }

    private static String word(boolean connected) {
        return connected ? "connected" : "disconnected";
    }
}
