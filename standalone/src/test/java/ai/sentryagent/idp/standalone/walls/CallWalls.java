package ai.sentryagent.idp.standalone.walls;

import static ai.sentryagent.idp.standalone.walls.Calls.to;
import static ai.sentryagent.idp.standalone.walls.House.BASE;
import static ai.sentryagent.idp.standalone.walls.House.called;
import static ai.sentryagent.idp.standalone.walls.House.in;
import static ai.sentryagent.idp.standalone.walls.House.named;
import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import ai.sentryagent.idp.agents.planted.BlockingCalls;
import ai.sentryagent.idp.agents.planted.ForbiddenCalls;
import com.fasterxml.uuid.Generators;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.MessageProducer;
import io.vertx.core.file.FileSystem;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Transaction;
import java.io.File;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.net.http.HttpClient;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.temporal.TemporalAccessor;
import java.util.Calendar;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.random.RandomGenerator;

/** What nobody may do, and who may all the same. */
final class CallWalls {
    /** It runs for a person at a terminal, before Vert.x starts and after it has stopped, and on no event loop. */
    private static final DescribedPredicate<JavaClass> DEVELOPMENT = named(
                    "standalone.ArchiveMain",
                    "standalone.DevMain",
                    "standalone.DevRun",
                    "standalone.DevCluster",
                    "standalone.DevEnvironment",
                    "standalone.ProvisionMain",
                    "standalone.RehearsalMain",
                    "standalone.VerifyExportMain",
                    "standalone.Welcome")
            .or(in("standalone.dev.."));

    private static final DescribedPredicate<JavaAccess<?>> BLOCKING = Calls.any(
            to(io.vertx.core.Future.class, "await"),
            to(Future.class, "get"),
            to(CompletableFuture.class, "get|join"),
            to(Thread.class, "sleep|join"),
            to(TimeUnit.class, "sleep|timedJoin|timedWait"),
            to(Object.class, "wait"),
            to(CountDownLatch.class, "await"),
            to(CyclicBarrier.class, "await"),
            to(Condition.class, "await.*"),
            to(Lock.class, "lock|lockInterruptibly"),
            to(Semaphore.class, "acquire.*"),
            to(BlockingQueue.class, "take|put"),
            to(ExecutorService.class, "invokeAll|invokeAny|awaitTermination"),
            to(Process.class, "waitFor"),
            to(ProcessBuilder.class, "start"),
            to(FileSystem.class, ".*Blocking"),
            to(Files.class, ".*"),
            to(File.class, ".*"),
            to(FileChannel.class, ".*"),
            to(InputStream.class, "<init>"),
            to(URL.class, "open.*"),
            to(HttpURLConnection.class, ".*"),
            to(HttpClient.class, "send"),
            to(Socket.class, ".*"),
            to(ServerSocket.class, ".*"),
            // by name, which asks a name server
            to(InetAddress.class, "getByName|getAllByName|getLocalHost|getHostName|getCanonicalHostName"));

    private static final DescribedPredicate<JavaAccess<?>> AMBIENT = Calls.any(
            to(Clock.class, "system.*|tick.*"),
            to(TemporalAccessor.class, "now"),
            to(System.class, "currentTimeMillis|nanoTime"),
            to(Date.class, "<init>"),
            to(Calendar.class, "<init>|getInstance"),
            to(RandomGenerator.class, "<init>|of|getDefault"),
            to(ThreadLocalRandom.class, "current"),
            to(SecureRandom.class, "getInstance.*"),
            to(Math.class, "random"),
            to(UUID.class, "randomUUID"),
            to(Generators.class, ".*"));

    private CallWalls() {}

    static List<Wall> all() {
        return List.of(
                Wall.of(
                        "Only the grammar calls the bus",
                        nobodyBut(in("schema.."))
                                .should()
                                .accessTargetWhere(Calls.any(
                                        to(EventBus.class, ".*"),
                                        to(Message.class, ".*"),
                                        to(MessageConsumer.class, ".*"),
                                        to(MessageProducer.class, ".*"))),
                        ForbiddenCalls.ToTheBus.class),
                Wall.of(
                        "Only a Query runs a statement, and only the Database a transaction",
                        nobodyBut(in("runtime.postgres.."))
                                .should()
                                .accessTargetWhere(Calls.any(to(SqlClient.class, ".*"), to(Transaction.class, ".*"))),
                        ForbiddenCalls.ToTheDatabase.class),
                Wall.of(
                        "Nothing blocks",
                        nobodyBut(DEVELOPMENT)
                                .should()
                                .accessTargetWhere(BLOCKING
                                        // the thread of a shutdown hook, which must not end before the work has
                                        .and(not(from("runtime.ServiceProcess", "run")))
                                        // before anything starts, or on a signal's own thread
                                        .and(not(from("gateway.PolicyFiles", "read")))
                                        .and(not(from("runtime.config.Settings", "ofFile")))
                                        .and(not(from("runtime.config.TrustedAuthority", "file")))
                                        // of what is in memory already
                                        .and(not(from("runtime.config.CertifiedKey", "certificates")))),
                        BlockingCalls.class),
                Wall.of(
                        "Time and chance are handed in by the runtime",
                        nobodyBut(DEVELOPMENT.or(named("runtime.ServiceRuntime", "runtime.Lobby")))
                                .should()
                                .accessTargetWhere(AMBIENT),
                        ForbiddenCalls.ToTheClock.class,
                        ForbiddenCalls.ToChance.class),
                Wall.of(
                        "Nobody prints but who speaks to a person at a terminal",
                        nobodyBut(called("Main").or(named("runtime.ServiceProcess", "standalone.Welcome")))
                                .should()
                                .accessTargetWhere(Calls.any(
                                        to(System.class, "out|err|console"), to(Throwable.class, "printStackTrace"))),
                        ForbiddenCalls.ToTheTerminal.class),
                Wall.of(
                        "A promise is for what waits, or for a library that asks for one; everything else composes",
                        nobodyBut(DEVELOPMENT.or(named(
                                        "runtime.Batcher",
                                        "gateway.Turnstile",
                                        "schema.Rounds",
                                        "runtime.ServiceProcess",
                                        "runtime.outbox.Lane",
                                        "runtime.outbox.Relay",
                                        "runtime.cluster.ClusterMembership",
                                        "runtime.cluster.ClusterMembership$Offer",
                                        "schema.Bus")))
                                .should()
                                .accessTargetWhere(Calls.any(
                                        to(Promise.class, "promise"),
                                        to(CompletableFuture.class, "<init>|supplyAsync|runAsync"))),
                        ForbiddenCalls.ToAPromise.class),
                Wall.of(
                        "There is one Vert.x in a process, and the one before it",
                        nobodyBut(named("runtime.ServiceRuntime", "runtime.Lobby"))
                                .should()
                                .accessTargetWhere(Calls.any(to(Vertx.class, "vertx|builder|clusteredVertx"))),
                        ForbiddenCalls.ToAnotherVertx.class));
    }

    private static GivenClassesConjunction nobodyBut(DescribedPredicate<JavaClass> allowed) {
        return noClasses().that(not(allowed));
    }

    /** A method, with the lambdas that stand in it. */
    private static DescribedPredicate<JavaAccess<?>> from(String type, String method) {
        return describe(
                "in " + type + "." + method,
                access -> access.getOriginOwner().getName().equals(BASE + type)
                        && access.getOrigin().getName().equals(method));
    }
}
