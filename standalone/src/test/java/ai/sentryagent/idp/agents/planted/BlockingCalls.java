package ai.sentryagent.idp.agents.planted;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystem;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Every way to make an event loop wait. */
public final class BlockingCalls {
    private BlockingCalls() {}

    static void sleep() throws InterruptedException {
        Thread.sleep(1);
    }

    static void sleepByUnit() throws InterruptedException {
        TimeUnit.SECONDS.sleep(1);
    }

    static void joinThread(Thread thread) throws InterruptedException {
        thread.join();
    }

    static <T> T await(Future<T> future) {
        return future.await();
    }

    static <T> Supplier<T> awaitByReference(Future<T> future) {
        return future::await;
    }

    static <T> Supplier<T> awaitInLambda(Promise<T> promise) {
        return () -> promise.future().await();
    }

    static <T> T get(java.util.concurrent.Future<T> future) throws ExecutionException, InterruptedException {
        return future.get();
    }

    static <T> T getBelow(ForkJoinTask<T> task) throws ExecutionException, InterruptedException {
        return task.get();
    }

    static <T> T join(CompletableFuture<T> future) {
        return future.join();
    }

    static void latch(CountDownLatch latch) throws InterruptedException {
        latch.await();
    }

    static int barrier(CyclicBarrier barrier) throws BrokenBarrierException, InterruptedException {
        return barrier.await();
    }

    static void condition(Condition condition) throws InterruptedException {
        long left = 1;
        while (left > 0) {
            left = condition.awaitNanos(left);
        }
    }

    static void lock(ReentrantLock lock) {
        lock.lock();
    }

    static void semaphore(Semaphore semaphore) throws InterruptedException {
        semaphore.acquire();
    }

    static <T> T queue(ArrayBlockingQueue<T> queue) throws InterruptedException {
        return queue.take();
    }

    static boolean executor(ExecutorService executor) throws InterruptedException {
        return executor.awaitTermination(1, TimeUnit.SECONDS);
    }

    static int process(Process process) throws InterruptedException {
        return process.waitFor();
    }

    static Process start() throws IOException {
        return new ProcessBuilder("true").start();
    }

    static Buffer vertxFile(FileSystem files) {
        return files.readFileBlocking("planted");
    }

    static String file(Path path) throws IOException {
        return Files.readString(path);
    }

    static boolean oldFile(File file) {
        return file.delete();
    }

    static long channel(FileChannel channel) throws IOException {
        return channel.size();
    }

    static FileInputStream stream() throws IOException {
        return new FileInputStream("planted");
    }

    static Object url(URI uri) throws IOException {
        return uri.toURL().openConnection();
    }

    static int http(HttpClient client, HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    static Socket socket() {
        return new Socket(Proxy.NO_PROXY);
    }

    static InetAddress[] nameServer() throws IOException {
        return InetAddress.getAllByName("planted");
    }
}
