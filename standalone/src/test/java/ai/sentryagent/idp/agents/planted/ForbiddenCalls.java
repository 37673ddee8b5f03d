package ai.sentryagent.idp.agents.planted;

import com.fasterxml.uuid.Generators;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;

/** What only one place may call, called elsewhere: as it is, on a type below, by reference, in a lambda. */
public final class ForbiddenCalls {
    private ForbiddenCalls() {}

    public static final class ToTheBus {
        private ToTheBus() {}

        static Future<Message<String>> request(EventBus bus) {
            return bus.request("planted", "");
        }

        static EventBus send(EventBus bus) {
            return bus.send("planted", "");
        }

        static Function<Object, EventBus> publishByReference(EventBus bus) {
            return body -> bus.publish("planted", body);
        }

        static Function<String, MessageConsumer<String>> consumerByReference(EventBus bus) {
            return bus::consumer;
        }

        static void reply(Message<String> message) {
            message.reply("");
        }

        static Future<Void> consumer(MessageConsumer<String> consumer) {
            return consumer.unregister();
        }
    }

    public static final class ToTheDatabase {
        private ToTheDatabase() {}

        static PreparedQuery<RowSet<Row>> statement(SqlConnection connection) {
            return connection.preparedQuery("planted");
        }

        static Function<String, Object> statementByReference(Pool pool) {
            return pool::query;
        }

        static Future<Transaction> begin(SqlConnection connection) {
            return connection.begin();
        }

        static Future<Void> rollback(Transaction transaction) {
            return transaction.rollback();
        }
    }

    public static final class ToTheClock {
        private ToTheClock() {}

        static Clock clock() {
            return Clock.systemUTC();
        }

        static Clock ticking() {
            return Clock.tickMillis(Clock.systemUTC().getZone());
        }

        static Instant instant() {
            return Instant.now();
        }

        static Supplier<Instant> instantByReference() {
            return Instant::now;
        }

        static LocalDate date(Clock clock) {
            return LocalDate.now(clock);
        }

        static long millis() {
            return System.currentTimeMillis();
        }

        static long nanos() {
            return System.nanoTime();
        }

        @SuppressWarnings("JavaUtilDate")
        static Date oldDate() {
            return new Date();
        }

        static Supplier<Date> oldDateByReference() {
            return Date::new;
        }

        static GregorianCalendar calendar() {
            return new GregorianCalendar();
        }
    }

    public static final class ToChance {
        private ToChance() {}

        static Random random() {
            return new Random();
        }

        static SecureRandom secure() {
            return new SecureRandom();
        }

        static Supplier<SecureRandom> secureByReference() {
            return SecureRandom::new;
        }

        static SecureRandom strong() throws NoSuchAlgorithmException {
            return SecureRandom.getInstanceStrong();
        }

        static int ofThread() {
            return ThreadLocalRandom.current().nextInt();
        }

        static double math() {
            return Math.random();
        }

        static Supplier<UUID> uuidByReference() {
            return UUID::randomUUID;
        }

        static UUID generated() {
            return Generators.timeBasedEpochGenerator().generate();
        }
    }

    public static final class ToTheTerminal {
        private ToTheTerminal() {}

        static void out() {
            System.out.println("planted");
        }

        static void err() {
            System.err.println("planted");
        }

        static void trace(Throwable failure) {
            failure.printStackTrace();
        }
    }

    public static final class ToAPromise {
        private ToAPromise() {}

        static Promise<String> promise() {
            return Promise.promise();
        }

        static Supplier<Promise<String>> promiseByReference() {
            return Promise::promise;
        }

        static CompletableFuture<String> javas() {
            return new CompletableFuture<>();
        }
    }

    public static final class ToAnotherVertx {
        private ToAnotherVertx() {}

        static Vertx made() {
            return Vertx.vertx();
        }

        static Object built() {
            return Vertx.builder();
        }
    }
}
