package ai.sentryagent.idp.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.runtime.cluster.ClusterConfig;
import ai.sentryagent.idp.runtime.config.Settings;
import ai.sentryagent.idp.standalone.dev.CertificateAuthority;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections of the event bus, made of a member's options as the bus itself makes them. */
final class BusTlsTest {
    private final Vertx vertx = Vertx.vertx();
    private final CertificateAuthority ours = new CertificateAuthority(Instant.now());
    private final CertificateAuthority strangers = new CertificateAuthority(Instant.now());

    @AfterEach
    void close() {
        vertx.close().timeout(20, TimeUnit.SECONDS).await();
    }

    @Test
    void aMemberConnectsToMembersAndToNobodyElse() {
        for (EventBusOptions own : List.of(member(ours), inJava(member(ours)))) {
            assertThat(connected(own, member(ours)).succeeded()).isTrue();
            assertThat(connected(own, inJava(member(ours))).succeeded()).isTrue();
            assertThat(connected(own, member(strangers).setClientAuth(ClientAuth.NONE))
                            .cause())
                    .isNotNull();
        }
    }

    private static EventBusOptions inJava(EventBusOptions options) {
        return options.setSslEngineOptions(new JdkSSLEngineOptions());
    }

    private static EventBusOptions member(CertificateAuthority authority) {
        JsonObject settings = new JsonObject().put("CLUSTER_HOST", "127.0.0.1").put("BUS_PORT", 0);
        authority.member("member").forEach(settings::put);
        return ClusterConfig.read(new Settings(settings)).busOptions();
    }

    private Future<NetSocket> connected(EventBusOptions from, EventBusOptions to) {
        NetServer server = vertx.createNetServer(new NetServerOptions(to.toJson()))
                .connectHandler(socket -> {})
                .listen(0, "127.0.0.1")
                .await();
        NetClientOptions options = new NetClientOptions(from.toJson()).setHostnameVerificationAlgorithm("");
        Future<NetSocket> connected = vertx.createNetClient(options).connect(server.actualPort(), "127.0.0.1");
        connected.otherwiseEmpty().timeout(20, TimeUnit.SECONDS).await();
        return connected;
    }
}
