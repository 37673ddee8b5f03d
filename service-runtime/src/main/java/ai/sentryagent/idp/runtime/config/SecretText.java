package ai.sentryagent.idp.runtime.config;

/** A text that must never be printed. */
public record SecretText(String value) {
    @Override
    public String toString() {
        return "(hidden)";
    }
}
