package ai.sentryagent.idp.runtime.cluster;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.spi.cluster.NodeInfo;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether a node can be connected to. One that cannot takes no questions, and whoever asks hears so at once and can ask
 * another: else what is sent to a process that was killed would wait for its timeout, until all have noticed.
 */
final class Reach {
    private static final Duration WITHIN = Duration.ofMillis(500);

    private final Vertx vertx;
    private final NetClient client;

    Reach(Vertx vertx) {
        this.vertx = vertx;
        client = vertx.createNetClient(new NetClientOptions().setConnectTimeout((int) WITHIN.toMillis()));
    }

    /**
     * Fails with {@code NO_HANDLERS}, of a kind that the event bus passes on; and never at once, because the bus asks first
     * where to connect to and hands over what it is about to send when that has not failed yet.
     */
    Future<NodeInfo> insist(String nodeId, @Nullable NodeInfo info) {
        return info == null
                ? vertx.timer(1).compose(over -> Future.failedFuture(unreachable(nodeId, "it has left")))
                : client.connect(info.port(), info.host())
                        .compose(NetSocket::close)
                        .map(info)
                        .recover(failure -> Future.failedFuture(unreachable(nodeId, failure.getMessage())));
    }

    private static ReplyException unreachable(String nodeId, @Nullable String cause) {
        return new ReplyException(ReplyFailure.NO_HANDLERS, "Cannot reach " + nodeId + ": " + cause);
    }
}
