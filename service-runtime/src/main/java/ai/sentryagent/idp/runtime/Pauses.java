package ai.sentryagent.idp.runtime;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before what failed is tried again: twice as long each time, and never as long as everybody else does. */
public final class Pauses {
    private final RandomGenerator random;
    private final Duration first;
    private final Duration longest;
    private Duration pause;

    /** Each is up to half shorter or longer than it says here. */
    public Pauses(RandomGenerator random, Duration first, Duration longest) {
        this.random = random;
        this.first = first;
        this.longest = longest;
        this.pause = first;
    }

    /** The next one. */
    public Duration next() {
        Duration now = pause;
        Duration twice = now.multipliedBy(2);
        pause = twice.compareTo(longest) < 0 ? twice : longest;
        return jittered(random, now);
    }

    /** It went well. */
    public void startOver() {
        pause = first;
    }

    /** About as long: those that start or fail together shall not come together. */
    public static Duration jittered(RandomGenerator random, Duration pause) {
        return Duration.ofMillis((long) (pause.toMillis() * (0.5 + random.nextDouble())));
    }
}
