package ai.sentryagent.idp.runtime.config;

import java.util.List;

/** The process cannot start with these settings. Holds every mistake, one text each, and no secret. */
public final class ConfigurationException extends RuntimeException {
    private final List<String> problems;

    public ConfigurationException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
