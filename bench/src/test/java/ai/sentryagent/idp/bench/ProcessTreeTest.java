package ai.sentryagent.idp.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What Linux tells of processes. */
final class ProcessTreeTest {
    private static final String BUSY = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done";

    /** Two shells, one below the other, that wait for input after the lower one's work. */
    private static Process busy() throws IOException {
        Process process = new ProcessBuilder("sh", "-c", "sh -c '" + BUSY + "; echo done; read wait'; true").start();
        assertThat(process.inputReader().readLine()).isEqualTo("done");
        return process;
    }

    @Test
    void theTimeOfAChildIsInItsTreeWhileItRunsAndWhenItHasEnded() throws Exception {
        Process process = busy();
        try {
            long meanwhile = ProcessTree.cpuMillis(process.pid());
            assertThat(meanwhile).isPositive();
            assertThat(ProcessTree.memory(process.pid(), false)).hasSize(2).allSatisfy(size -> assertThat(size)
                    .isPositive());
            long before = ProcessTree.endedChildrenMillis();
            process.getOutputStream().close();
            process.waitFor();
            assertThat(ProcessTree.endedChildrenMillis() - before).isGreaterThanOrEqualTo(meanwhile);
        } finally {
            process.destroy();
        }
    }

    @Test
    void pagesThatAreSharedAreDividedWhenAskedFor() throws IOException {
        long self = ProcessHandle.current().pid();
        List<Double> divided = ProcessTree.memory(self, true); // first, as this process grows meanwhile
        List<Double> whole = ProcessTree.memory(self, false);
        assertThat(divided.get(0)).isLessThan(whole.get(0)).isPositive();
    }
}
