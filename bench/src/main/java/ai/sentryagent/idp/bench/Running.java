package ai.sentryagent.idp.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A contender that runs.
 *
 * @param start how long it took from the command to the first token
 * @param processes the root of the tree of processes of each part
 * @param questions what each row asks it
 * @param programs what is to be stopped, in this order
 * @param blockages of its event loops, where it tells of them
 */
record Running(
        Duration start,
        Map<Part, Long> processes,
        Map<Row, Question> questions,
        List<AutoCloseable> programs,
        Optional<Blockages> blockages)
        implements AutoCloseable {
    /** Makes a request; what it needs, as live tokens, is made only then. */
    interface Question {
        Request prepare() throws IOException;
    }

    /** What the row asks, ready to be sent. */
    Request request(Row row) throws IOException {
        return Objects.requireNonNull(questions.get(row), "It takes no part in this row")
                .prepare();
    }

    @Override
    public void close() throws IOException {
        Children.closeAll(programs);
    }
}
