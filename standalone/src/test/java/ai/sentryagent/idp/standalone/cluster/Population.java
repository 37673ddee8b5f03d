package ai.sentryagent.idp.standalone.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

/** Agents that live one after the other, so many at a time, and somebody who tries again and again what is dead. */
final class Population implements AutoCloseable {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<?>> running = new ArrayList<>();
    private final Api api;
    private final Ledger ledger;
    private volatile boolean goOn = true;

    Population(Api api, Ledger ledger) {
        this.api = api;
        this.ledger = ledger;
    }

    Population start(int atATime) {
        for (int i = 0; i < atATime; i++) {
            keep(() -> new AgentLife(api, ledger).live());
        }
        keep(this::tryWhatIsDead);
        return this;
    }

    private void keep(Runnable work) {
        running.add(threads.submit(() -> {
            while (goOn) {
                work.run();
            }
        }));
    }

    private void tryWhatIsDead() {
        List<Ledger.Dead> dead = ledger.dead();
        if (dead.isEmpty()) {
            Thread.onSpinWait();
        } else {
            AgentLife.check(api, ledger, dead.get(ThreadLocalRandom.current().nextInt(dead.size())));
        }
    }

    /** Every life that has begun is lived to its end. */
    @Override
    public void close() {
        goOn = false;
        try {
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            threads.shutdownNow();
        }
    }
}
