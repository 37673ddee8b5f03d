package ai.sentryagent.idp.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The same work many times, some of it at a time. */
final class Parallel {
    private Parallel() {}

    interface Work<T> {
        T of(int number) throws IOException;
    }

    /** The results in the order of the numbers from 0; the first failure ends all. */
    static <T> List<T> each(int count, int atATime, Work<T> work) throws IOException {
        ExecutorService pool = Executors.newFixedThreadPool(atATime);
        try {
            List<Future<T>> begun = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                begun.add(pool.submit(() -> work.of(number)));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> one : begun) {
                results.add(one.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            pool.shutdownNow();
        }
    }
}
