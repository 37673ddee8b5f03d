package ai.sentryagent.idp.schema;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What these classes log, kept from the console for as long as it is open. */
final class KeptLog extends Handler {
    final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<Logger> loggers;

    KeptLog(Class<?>... classes) {
        loggers = Arrays.stream(classes)
                .map(type -> Logger.getLogger(type.getName()))
                .toList();
        loggers.forEach(logger -> logger.setUseParentHandlers(false));
        loggers.forEach(logger -> logger.addHandler(this));
    }

    @Override
    public void publish(LogRecord entry) {
        lines.add(entry.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        loggers.forEach(logger -> logger.removeHandler(this));
        loggers.forEach(logger -> logger.setUseParentHandlers(true));
    }
}
