package ai.sentryagent.idp.runtime.redis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.runtime.config.RedisConfig;
import ai.sentryagent.idp.runtime.config.SecretText;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class RedisLinkTest {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().timeout(20, TimeUnit.SECONDS).await();
    }

    @Test
    void aRedisThatTurnsAwayIsKnockedAtLessAndLessOften() throws IOException {
        try (ServerSocket door = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String url = "redis://127.0.0.1:" + door.getLocalPort();
            RedisLink link =
                    new RedisLink(vertx, () -> 0, new RedisConfig(new SecretText(url), Optional.empty(), false));
            vertx.runOnContext(begin -> link.open());
            door.accept().close();
            long first = System.nanoTime();
            for (int again = 0; again < 5; again++) {
                door.accept().close();
            }
            Duration taken = Duration.ofNanos(System.nanoTime() - first);
            // the shortest that pauses of 0.25, 0.5, 1, 2 and 2 s may be
            assertThat(taken).isGreaterThan(Duration.ofMillis(2_800));
            link.close().timeout(20, TimeUnit.SECONDS).await();
        }
    }
}
