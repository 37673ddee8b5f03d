package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.VaultStandIn.Fault;
import io.vertx.core.Future;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What takes its time: a token that is renewed, and a start that waits. */
@Tag("proof")
final class VaultTokenTest {
    @Test
    void aTokenThatEndsIsRenewedBefore() {
        try (VaultStandIn renewing = new VaultStandIn(1);
                RunningProduct other =
                        RunningProduct.start(Map.of("VAULT_ADDR", renewing.url(), "VAULT_TOKEN", VaultStandIn.TOKEN))) {
            Patience.until("two renewals", renewing::renewals, renewals -> renewals >= 2);
            assertThat(other.json("GET", "/health", "", "").text("vault")).isEqualTo("connected");
        }
    }

    @Test
    void aProcessWaitsForAVaultThatIsSealed() {
        try (VaultStandIn sealed = new VaultStandIn(0)) {
            sealed.behave(Fault.SEALED);
            Future<RunningProduct> starting =
                    RunningProduct.starting(Map.of("VAULT_ADDR", sealed.url(), "VAULT_TOKEN", VaultStandIn.TOKEN));
            CapturedLog log = CapturedLog.listening();
            Patience.until("a word in the log", () -> log.text().contains("Waiting for Vault"), so -> so);
            log.ignore();
            sealed.behave(Fault.NONE);
            Patience.until("a product", starting::isComplete, so -> so);
            starting.result().close();
        }
    }
}
