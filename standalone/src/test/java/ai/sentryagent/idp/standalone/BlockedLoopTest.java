package ai.sentryagent.idp.standalone;

import io.vertx.core.Promise;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What holds an event loop up holds up everyone on it. */
final class BlockedLoopTest {
    @Test
    void theLogSaysWhatHoldsAnEventLoopUp() {
        try (RunningProduct product = RunningProduct.start(Map.of("BLOCKED_AFTER_MS", "50"))) {
            CapturedLog log = CapturedLog.listening();
            Promise<Void> said = Promise.promise();
            product.runtime().vertx().runOnContext(busy -> {
                try {
                    Patience.until("a word in the log", () -> log.text().contains("has been blocked for"));
                    said.complete();
                } catch (AssertionError e) {
                    said.fail(e);
                }
            });
            said.future().await();
            log.ignore();
        }
    }
}
