package ai.sentryagent.idp.gateway;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One look for all who ask while it lasts and a moment longer, so that it costs the same however many they are. */
final class SharedLook<T> {
    private static final Duration GOOD_FOR = Duration.ofMillis(500);

    private final Vertx vertx;
    private final Supplier<Future<T>> look;
    private @Nullable Future<T> current;

    SharedLook(Vertx vertx, Supplier<Future<T>> look) {
        this.vertx = vertx;
        this.look = look;
    }

    synchronized Future<T> take() {
        Future<T> taken = current;
        if (taken == null) {
            taken = look.get();
            current = taken;
            taken.onComplete(seen -> vertx.setTimer(GOOD_FOR.toMillis(), over -> forget()));
        }
        return taken;
    }

    private synchronized void forget() {
        current = null;
    }
}
