package ai.sentryagent.idp.standalone.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PortsTest {
    @Test
    void noPortIsGivenTwiceWhileThoseWhoGotOneMayNotHaveTakenIt() throws IOException {
        List<Integer> given = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            given.add(Ports.free());
        }
        assertThat(given).doesNotHaveDuplicates();
    }
}
