package ai.sentryagent.idp.standalone.cluster;

import ai.sentryagent.idp.standalone.FreePort;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;

/** Every port at which a member listens for the others. */
final class Doors {
    private static final int LISTENS_FOR_MILLIS = 5_000;

    private final int membership = FreePort.nextPair();
    private final int bus = FreePort.next();
    private final Map<String, String> identity;

    /** @param identity the member's own */
    Doors(Map<String, String> identity) {
        this.identity = identity;
    }

    /** What the member must be told for it. */
    Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(identity);
        settings.put("CLUSTER_PORT", String.valueOf(membership));
        settings.put("BUS_PORT", String.valueOf(bus));
        return settings;
    }

    /**
     * What somebody hears at each who says hello in TLS and then nothing: the alert with which it is sent away, or something
     * else when it is let in. An alert can be lost: whoever still speaks when the other side closes hears of that only.
     *
     * @param shown with a certificate or without one
     */
    List<String> knock(Vertx vertx, Map<String, String> shown) throws Exception {
        SSLContext tls = SSLContext.getInstance("TLSv1.3");
        tls.init(
                keys(vertx, shown),
                new PemTrustOptions()
                        .addCertValue(pem(identity, "CLUSTER_AUTHORITY"))
                        .getTrustManagerFactory(vertx)
                        .getTrustManagers(),
                null);
        return Stream.of(membership, membership + 1, bus)
                .map(port -> heard(tls, port))
                .toList();
    }

    private static KeyManager[] keys(Vertx vertx, Map<String, String> shown) throws Exception {
        return shown.isEmpty()
                ? new KeyManager[0]
                : new PemKeyCertOptions()
                        .addCertValue(pem(shown, "CLUSTER_CERTIFICATE"))
                        .addKeyValue(pem(shown, "CLUSTER_PRIVATE_KEY"))
                        .getKeyManagerFactory(vertx)
                        .getKeyManagers();
    }

    private static Buffer pem(Map<String, String> identity, String setting) {
        return Buffer.buffer(Objects.requireNonNull(identity.get(setting)));
    }

    /** The first byte is waited for: in TLS 1.3 a client's handshake is over before its certificate has been looked at. */
    private static String heard(SSLContext tls, int port) {
        try (Socket socket = tls.getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.setSoTimeout(LISTENS_FOR_MILLIS);
            return "read " + socket.getInputStream().read();
        } catch (SocketTimeoutException e) {
            return "nothing";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
