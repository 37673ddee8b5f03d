package ai.sentryagent.idp.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.sentryagent.idp.standalone.FreePort;
import ai.sentryagent.idp.standalone.Patience;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a fault driver must be able to do itself before it may accuse anybody. */
@Timeout(20)
final class LinkTest {
    private static final int AT_ONCE_MILLIS = 200;
    private static final int PATIENT_MILLIS = 10_000;

    private final ServerSocket echo = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    private final Link link = Link.open(FreePort.next(), echo.getLocalPort());

    LinkTest() throws IOException {}

    @BeforeEach
    void echoes() {
        Thread thread = new Thread(this::answerAll, "echo");
        thread.setDaemon(true);
        thread.start();
    }

    @AfterEach
    void close() throws IOException {
        link.close();
        echo.close();
    }

    @Test
    void whatGoesIntoABlackHoleArrivesWhenItIsHealed() throws IOException {
        try (Socket before = connect()) {
            assertThat(ask(before, 1)).isEqualTo(1);
            link.blackhole();
            before.setSoTimeout(AT_ONCE_MILLIS);
            assertThatThrownBy(() -> ask(before, 2)).isInstanceOf(SocketTimeoutException.class);
            try (Socket meanwhile = connect()) {
                meanwhile.getOutputStream().write(3);
                link.heal();
                assertThat(meanwhile.getInputStream().read()).isEqualTo(3);
            }
            before.setSoTimeout(PATIENT_MILLIS);
            assertThat(before.getInputStream().read()).isEqualTo(2);
        }
    }

    @Test
    void aCutResetsWhatIsThereAndRefusesWhatComes() throws IOException {
        try (Socket before = connect()) {
            assertThat(ask(before, 1)).isEqualTo(1);
            link.cut();
            assertThatThrownBy(() -> ask(before, 2)).isInstanceOf(IOException.class);
            // the system may take one more while it shuts it
            Patience.until("a door that is shut", this::isRefused, refused -> refused);
        }
        link.heal();
        try (Socket after = connect()) {
            assertThat(ask(after, 4)).isEqualTo(4);
        }
    }

    @Test
    void whatIsLostTakesAllAndNeitherAnswersNorEndsAndWhoComesIsServed() throws IOException {
        try (Socket before = connect()) {
            assertThat(ask(before, 1)).isEqualTo(1);
            link.lose();
            before.setSoTimeout(AT_ONCE_MILLIS);
            assertThatThrownBy(() -> ask(before, 2)).isInstanceOf(SocketTimeoutException.class);
            try (Socket after = connect()) {
                assertThat(ask(after, 3)).isEqualTo(3);
            }
            assertThatThrownBy(() -> ask(before, 4)).isInstanceOf(SocketTimeoutException.class);
        }
    }

    private boolean isRefused() throws IOException {
        try (Socket late = connect()) {
            return late.isClosed();
        } catch (ConnectException e) {
            return true;
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), link.port());
        socket.setSoTimeout(PATIENT_MILLIS);
        return socket;
    }

    private static int ask(Socket socket, int what) throws IOException {
        socket.getOutputStream().write(what);
        return socket.getInputStream().read();
    }

    private void answerAll() {
        while (!echo.isClosed()) {
            try {
                Socket taken = echo.accept();
                new Thread(() -> answer(taken), "echo-of-one").start();
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void answer(Socket taken) {
        try (taken) {
            taken.getInputStream().transferTo(taken.getOutputStream());
        } catch (IOException e) {
            // it has been cut
        }
    }
}
