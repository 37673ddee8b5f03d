package ai.sentryagent.idp.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Agents that live one after the other, so many at a time, and somebody who tries again and again what is dead. */
final class Population implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Line> lines = new ArrayList<>();
    private final Api api;
    private final Ledger ledger;
    private final Duration longestFault;
    private volatile boolean goOn = true;

    Population(Api api, Ledger ledger, Duration longestFault) {
        this.api = api;
        this.ledger = ledger;
        this.longestFault = longestFault;
    }

    /** Work that is done again and again, and how often it has been done. */
    private record Line(Future<?> running, AtomicInteger done) {}

    void start(int atATime) {
        for (int i = 0; i < atATime; i++) {
            keep(() -> new AgentLife(api, ledger, longestFault).live());
        }
        keep(this::tryWhatIsDead);
    }

    /** Waits until everyone who lives now has come to an end, and everything that is tried has been answered. */
    void untilEachGoesOn() {
        List<Integer> before = done();
        Patience.until("the end of each life", this::done, now -> {
            assertThat(lines).noneMatch(line -> line.running().isDone());
            for (int i = 0; i < before.size(); i++) {
                if (now.get(i) <= before.get(i)) {
                    return false;
                }
            }
            return true;
        });
    }

    private List<Integer> done() {
        return lines.stream().map(line -> line.done().get()).toList();
    }

    private void keep(Runnable work) {
        AtomicInteger done = new AtomicInteger();
        Future<?> running = threads.submit(() -> {
            while (goOn) {
                work.run();
                done.incrementAndGet();
            }
        });
        lines.add(new Line(running, done));
    }

    private void tryWhatIsDead() {
        List<Ledger.Dead> dead = ledger.dead();
        if (!dead.isEmpty()) {
            AgentLife.check(api, ledger, dead.get(ThreadLocalRandom.current().nextInt(dead.size())));
        }
        LockSupport.parkNanos(PAUSE.toNanos());
    }

    /** Every life that has begun is lived to its end. */
    @Override
    public void close() {
        goOn = false;
        try {
            for (Line line : lines) {
                line.running().get(); // who waits in vain gives up
            }
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            threads.shutdownNow();
        }
    }
}
