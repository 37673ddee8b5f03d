package ai.sentryagent.idp.runtime;

import io.vertx.core.VerticleBase;
import java.util.function.Function;

/** A verticle that a process runs, and on how many event loops. */
public record Deployment(Function<ServiceRuntime, VerticleBase> verticle, int instances) {
    public static Deployment one(Function<ServiceRuntime, VerticleBase> verticle) {
        return new Deployment(verticle, 1);
    }
}
