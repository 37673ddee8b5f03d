package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the two ports can be reached: at {@code HOST}, and nowhere else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ListenTest {
    private final int managementPort = FreePort.next();
    private final RunningProduct product =
            RunningProduct.start(Map.of("HOST", "127.0.0.1", "MANAGEMENT_PORT", String.valueOf(managementPort)));
    private final int port = URI.create(product.url()).getPort();

    @AfterAll
    void stop() {
        product.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.2", "::1"})
    void anotherAddressOfTheSameMachineIsNotListenedAt(String address) throws IOException {
        connect("127.0.0.1", port);
        connect("127.0.0.1", managementPort);
        assertThatThrownBy(() -> connect(address, port)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> connect(address, managementPort)).isInstanceOf(IOException.class);
    }

    private static void connect(String address, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 2_000);
            assertThat(socket.isConnected()).isTrue();
        }
    }
}
