package ai.sentryagent.idp.bench;

import java.io.IOException;
import java.util.Set;

/** A server that is measured. */
interface Contender {
    /** As it is called on the command line. */
    String key();

    /** As it stands in the table. */
    String name();

    /** In what it takes part. */
    Set<Row> rows();

    /** Makes the data on which {@link #start} starts it, once, so that a start is never the first one. */
    void prepare(Children children) throws IOException;

    /** Starts it and waits for its first token. */
    Running start(Children children) throws IOException;
}
