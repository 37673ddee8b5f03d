package ai.sentryagent.idp.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Asks every gateway again and again whether something still lives, in each of the ways in which one can ask. */
final class Checks implements AutoCloseable {
    private static final long LOOK_EVERY_NANOS = 2_000_000L;

    /** So that it is the revocation which is measured, and not how much the machine can take. */
    private static final long PAUSE_NANOS = 3_000_000L;

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final List<Thread> threads = new ArrayList<>();
    private final List<String> gateways;
    private volatile @Nullable Round current;
    private volatile boolean stopped;

    Checks(List<String> gateways) {
        this.gateways = gateways;
        for (String gateway : gateways) {
            Thread thread = new Thread(() -> run(gateway), "checks of " + gateway);
            threads.add(thread);
            thread.start();
        }
    }

    /**
     * One way to ask.
     *
     * @param lives whether this is the answer about something that lives
     * @param isDead whether this is the answer about something that is dead; what is neither is a mistake
     */
    record Check(String name, Function<String, Sent> ask, Predicate<Sent> lives, Predicate<Sent> isDead) {}

    /** What one check was told. */
    record Told(String gateway, Check check, Sent sent) {
        boolean lives() {
            return check.lives().test(sent);
        }

        boolean isClear() {
            return lives() || check.isDead().test(sent);
        }
    }

    Round begin(List<Check> checks) {
        Round round = new Round(checks);
        current = round;
        return round;
    }

    /** All that is asked about one thing. */
    final class Round {
        private final List<Check> checks;
        private final Queue<Told> told = new ConcurrentLinkedQueue<>();

        private Round(List<Check> checks) {
            this.checks = checks;
        }

        List<Told> told() {
            return List.copyOf(told);
        }

        List<Told> startedAfter(long moment) {
            return told.stream().filter(one -> one.sent().begun() - moment > 0).toList();
        }

        /** When the last check ended that was told that it lives. */
        long lastLived() {
            return told.stream()
                    .filter(Told::lives)
                    .mapToLong(one -> one.sent().ended())
                    .max()
                    .orElseThrow();
        }

        void untilEachLives() {
            await(() -> told(), Told::lives, 1);
        }

        /** Each of them more than once, so that either instance behind a gateway is likely to have had its turn. */
        void untilEachWasAskedAfter(long moment) {
            await(() -> startedAfter(moment), one -> true, 2);
        }

        private void await(Seen seen, Predicate<Told> counts, int times) {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!isSo(seen.list(), counts, times)) {
                assertThat(System.nanoTime() - end).as("%s", told).isNegative();
                LockSupport.parkNanos(LOOK_EVERY_NANOS);
            }
        }

        private boolean isSo(List<Told> seen, Predicate<Told> counts, int times) {
            return gateways.stream().allMatch(gateway -> checks.stream()
                    .allMatch(check -> seen.stream()
                                    .filter(one -> one.gateway().equals(gateway)
                                            && one.check().equals(check)
                                            && counts.test(one))
                                    .count()
                            >= times));
        }
    }

    private interface Seen {
        List<Told> list();
    }

    private void run(String gateway) {
        while (!stopped) {
            Round round = current;
            if (round == null) {
                LockSupport.parkNanos(LOOK_EVERY_NANOS);
            } else {
                // in no order, else each would always come to the same of two instances
                Check check = round.checks.get(ThreadLocalRandom.current().nextInt(round.checks.size()));
                round.told.add(new Told(gateway, check, check.ask().apply(gateway)));
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    @Override
    public void close() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
