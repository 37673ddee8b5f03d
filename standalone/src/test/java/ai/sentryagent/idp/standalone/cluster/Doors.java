package ai.sentryagent.idp.standalone.cluster;

import ai.sentryagent.idp.standalone.FreePort;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** Every port at which a member listens for the others. */
final class Doors {
    private static final long LISTENS_FOR_MILLIS = 5_000;

    private final int membership = FreePort.nextPair();
    private final int bus = FreePort.next();

    /** What the member must be told for it. */
    Map<String, String> settings(Map<String, String> identity) {
        Map<String, String> settings = new HashMap<>(identity);
        settings.put("CLUSTER_PORT", String.valueOf(membership));
        settings.put("BUS_PORT", String.valueOf(bus));
        return settings;
    }

    /**
     * What somebody hears at each who says hello in TLS and then nothing: the alert with which it is sent away, or something
     * else when it is let in.
     *
     * @param identity with a certificate or without one
     */
    List<String> knock(Vertx vertx, Map<String, String> identity) {
        NetClientOptions options = new NetClientOptions()
                .setSsl(true)
                .setTrustAll(true)
                .setHostnameVerificationAlgorithm("")
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"));
        if (!identity.isEmpty()) {
            options.setKeyCertOptions(new PemKeyCertOptions()
                    .addCertValue(pem(identity, "CLUSTER_CERTIFICATE"))
                    .addKeyValue(pem(identity, "CLUSTER_PRIVATE_KEY")));
        }
        return Future.all(Stream.of(membership, membership + 1, bus)
                        .map(port -> vertx.createNetClient(options)
                                .connect(port, "127.0.0.1")
                                .compose(socket -> heard(vertx, socket)))
                        .toList())
                .map(CompositeFuture::<String>list)
                .await();
    }

    private static Buffer pem(Map<String, String> identity, String setting) {
        return Buffer.buffer(Objects.requireNonNull(identity.get(setting)));
    }

    private static Future<String> heard(Vertx vertx, NetSocket socket) {
        Promise<String> heard = Promise.promise();
        socket.exceptionHandler(alert -> heard.tryComplete(String.valueOf(alert.getMessage())));
        socket.closeHandler(closed -> heard.tryComplete("closed"));
        vertx.setTimer(LISTENS_FOR_MILLIS, tired -> heard.tryComplete(""));
        return heard.future().onComplete(done -> socket.close());
    }
}
