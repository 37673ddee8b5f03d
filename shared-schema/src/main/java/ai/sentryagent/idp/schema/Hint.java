package ai.sentryagent.idp.schema;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/**
 * Tells whoever cares that it is worth looking now rather than a little later. It may be lost and may come for nothing, so
 * nobody may rest on it, and it says nothing.
 *
 * @param address the bus address, {@code owner.participle}
 */
public record Hint(String address) {

    /** To everyone who listens at the moment. */
    public void give(Bus bus) {
        bus.publish(address, Buffer.buffer());
    }

    /**
     * Looks whenever the hint is given, until the bus is closed.
     *
     * @return completes when every node of the cluster knows of this listener
     */
    public Future<Void> hear(Bus bus, Runnable look) {
        return bus.consume(address, message -> {
            look.run();
            return Future.succeededFuture();
        });
    }
}
