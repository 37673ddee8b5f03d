package ai.sentryagent.idp.schema;

import java.time.Duration;

/** The answer of a process that is there: whoever asked has reached it, and has been reached by it. */
public record Presence() {
    /** Asked of one process, each of which has an address of its own. */
    public static final Operation<Question, Presence> PING =
            new Operation<>("presence.{member}", Question.class, Presence.class, Duration.ofSeconds(2), Repeat.ONCE);

    /** The question itself. */
    public record Question() {}

    /** The ping of the member of this name. */
    public static Operation<Question, Presence> of(String member) {
        String address = PING.address().replace("{member}", member);
        return new Operation<>(address, PING.request(), PING.answer(), PING.timeout(), PING.repeat());
    }
}
