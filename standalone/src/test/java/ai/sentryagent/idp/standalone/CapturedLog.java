package ai.sentryagent.idp.standalone;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** Everything that is logged while it listens, as the product's own layout writes it. */
final class CapturedLog extends AbstractAppender {
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    private CapturedLog() {
        super("captured", null, console().getLayout(), false, Property.EMPTY_ARRAY);
    }

    static CapturedLog listening() {
        CapturedLog log = new CapturedLog();
        log.start();
        root().addAppender(log);
        return log;
    }

    void ignore() {
        root().removeAppender(this);
        stop();
    }

    @Override
    public void append(LogEvent event) {
        lines.add(new String(getLayout().toByteArray(event), StandardCharsets.UTF_8));
    }

    String text() {
        return String.join("", lines);
    }

    private static Appender console() {
        return Objects.requireNonNull(root().getAppenders().get("out"));
    }

    private static org.apache.logging.log4j.core.Logger root() {
        return ((LoggerContext) LogManager.getContext(false)).getRootLogger();
    }
}
