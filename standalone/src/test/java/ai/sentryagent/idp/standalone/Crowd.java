package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/** Many requests at once: all together, or one after the other for as long as the crowd is there. */
final class Crowd implements AutoCloseable {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Collection<Future<?>> loops = new ConcurrentLinkedQueue<>();
    private final Collection<Reply> replies = new ConcurrentLinkedQueue<>();
    private volatile boolean goOn = true;

    /** All start at the same moment; the answers stand in the order of the requests. */
    static List<Reply> together(List<Callable<Reply>> requests) throws Exception {
        try (Crowd crowd = new Crowd()) {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<Reply>> sent = new ArrayList<>();
            for (Callable<Reply> request : requests) {
                sent.add(crowd.threads.submit(() -> {
                    start.await();
                    return request.call();
                }));
            }
            start.countDown();
            List<Reply> answers = new ArrayList<>();
            for (Future<Reply> answer : sent) {
                answers.add(answer.get());
            }
            return answers;
        }
    }

    /** Asks again and again, so many at a time. */
    Crowd keepAsking(int atATime, Callable<Reply> request) {
        for (int i = 0; i < atATime; i++) {
            loops.add(threads.submit(() -> {
                while (goOn) {
                    replies.add(request.call());
                }
                return null;
            }));
        }
        return this;
    }

    /** What has been answered so far. */
    Collection<Reply> replies() {
        return replies;
    }

    /** Waits until so many more answers of this status have come. */
    void untilMore(int count, int status) throws Exception {
        long before = count(status);
        Patience.until(count + " more answers of " + status, () -> count(status) >= before + count);
    }

    Set<Integer> statuses() {
        return replies.stream().map(Reply::status).collect(Collectors.toSet());
    }

    private long count(int status) {
        return replies.stream().filter(reply -> reply.status() == status).count();
    }

    /** Fails when a request could not be sent or was not answered. */
    @Override
    public void close() {
        goOn = false;
        try {
            for (Future<?> loop : loops) {
                loop.get();
            }
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            threads.shutdownNow();
        }
    }
}
