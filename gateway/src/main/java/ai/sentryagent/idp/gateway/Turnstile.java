package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.runtime.BoundedMap;
import ai.sentryagent.idp.runtime.Meters;
import ai.sentryagent.idp.runtime.Sha256;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets so many clients in at a time as keep everything busy. Whoever must wait waits here, behind those that have shown the
 * same secret before, so that a fleet that comes all at once does not hold up the agents that are at work. Belongs to one
 * event loop.
 *
 * <p>{@code agentidp_turn_wait_seconds{line}} is how long those waited that had to, {@code known} or {@code newcomers}.
 */
final class Turnstile {
    /** What fills the batches behind; more would wait there, where everyone waits in one line. */
    private static final int UNDER_WAY = 64;

    /** Of those, so that strangers, whose secrets may cost a slow hash, never have them all. */
    private static final int NEWCOMERS_UNDER_WAY = 48;

    /** While others are at work: what is under way is done side by side, so each stranger among it makes them slower. */
    private static final int NEWCOMERS_BESIDE_OTHERS = 8;

    /** Who came within this time is at work. */
    private static final long AT_WORK_MILLIS = Duration.ofSeconds(1).toMillis();

    /** In each line: what is done within a few seconds, which is how long clients wait. A long request takes more places. */
    private static final int PLACES = 2_000;

    /** Of newcomers' places, what those who have failed too often take together, so that they fill them for nobody else. */
    private static final int PLACES_OF_SUSPECTS = PLACES / 10;

    /** And one client, which has shown one secret. */
    private static final int PLACES_OF_ONE = PLACES / 2;

    /** Where it takes longer, as where each newcomer costs a slow hash: whose turn comes later is told to come again. */
    private static final long WAITS_AT_MOST_MILLIS = Duration.ofSeconds(8).toMillis();

    /** Bytes of a body. */
    private static final int A_PLACE = 1_024;

    /** Newcomers have every fourth turn however many others there are. */
    private static final int NEWCOMERS_TURN = 4;

    private static final int REMEMBERED = 20_000;
    private static final int SALT_BYTES = 16;
    private final MessageDigest sha256 = Sha256.digest();
    private final byte[] salt = new byte[SALT_BYTES];
    private final Map<ByteBuffer, Boolean> proven = new BoundedMap<>(REMEMBERED);
    private final Clock clock;
    private final Line known = new Line("known", () -> UNDER_WAY, PLACES);
    private final Line newcomers = new Line(
            "newcomers", () -> isAnyoneAtWork() ? NEWCOMERS_BESIDE_OTHERS : NEWCOMERS_UNDER_WAY, PLACES_OF_SUSPECTS);
    private long knownCameAt;
    private int underWay;
    private int turns;
    private boolean lettingIn;

    /**
     * @param random for a salt, so that what is remembered says nothing of a secret
     * @param clock to the millisecond
     */
    Turnstile(SecureRandom random, Clock clock) {
        random.nextBytes(salt);
        this.clock = clock;
        this.knownCameAt = clock.millis() - AT_WORK_MILLIS;
    }

    /** What a client that shows this is known by here. */
    ByteBuffer digest(ClientCredentials shown) {
        sha256.update(salt);
        sha256.update(shown.clientId().getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) 0); // no id holds one
        return ByteBuffer.wrap(sha256.digest(shown.clientSecret().getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * A client that comes.
     *
     * @param digest of what it shows
     * @param bytes that its request holds while it waits
     * @param isSuspect whether its address, or who it says that it is, has failed too often
     * @param gone whether nobody waits for the answer any more, so that the turn is somebody else's
     */
    record Comer(ByteBuffer digest, int bytes, boolean isSuspect, BooleanSupplier gone) {
        /** That it takes in the line. */
        int places() {
            return 1 + bytes / A_PLACE;
        }
    }

    /** @param since when it waits, in milliseconds of the clock */
    private record Waiting(Comer comer, long since, Promise<Void> turn) {}

    /** Those that wait, and how many of their kind are under way. */
    private static final class Line {
        private final Deque<Waiting> waiting = new ArrayDeque<>();
        private final IntSupplier mostUnderWay;
        private final int mostOfSuspects;
        private final Timer waits;
        private int underWay;
        private int places;
        private int placesOfSuspects;
        private final Map<ByteBuffer, Integer> placesOfEach = new HashMap<>();

        Line(String name, IntSupplier mostUnderWay, int mostOfSuspects) {
            this.mostUnderWay = mostUnderWay;
            this.mostOfSuspects = mostOfSuspects;
            this.waits = Meters.timer("agentidp_turn_wait").tag("line", name).register(Metrics.globalRegistry);
        }

        boolean isFull() {
            return underWay >= mostUnderWay.getAsInt();
        }

        boolean hasRoomFor(Comer comer) {
            int wanted = comer.places();
            return places + wanted <= PLACES
                    && placesOfEach.getOrDefault(comer.digest(), 0) + wanted <= PLACES_OF_ONE
                    && (!comer.isSuspect() || placesOfSuspects + wanted <= mostOfSuspects);
        }

        void add(Waiting last) {
            waiting.add(last);
            count(last.comer(), last.comer().places());
        }

        @Nullable Waiting poll() {
            Waiting first = isFull() ? null : waiting.poll();
            if (first != null) {
                count(first.comer(), -first.comer().places());
            }
            return first;
        }

        private void count(Comer comer, int more) {
            places += more;
            placesOfSuspects += comer.isSuspect() ? more : 0;
            placesOfEach.merge(comer.digest(), more, (known, added) -> known + added == 0 ? null : known + added);
        }
    }

    /**
     * Handles the request when it is its turn. Fails with SERVICE_UNAVAILABLE when too many wait already: of all, of those that
     * are suspect, or of this client's.
     */
    <T> Future<T> pass(Comer comer, Supplier<Future<T>> request) {
        Line line = proven.get(comer.digest()) == null ? newcomers : known;
        if (line == known) {
            knownCameAt = clock.millis();
        }
        if (underWay < UNDER_WAY && !line.isFull()) {
            return handle(line, request);
        }
        if (!line.hasRoomFor(comer)) {
            return Future.failedFuture(tooMany());
        }
        Waiting waiting = new Waiting(comer, clock.millis(), Promise.promise());
        line.add(waiting);
        return waiting.turn().future().compose(turn -> {
            line.waits.record(clock.millis() - waiting.since(), TimeUnit.MILLISECONDS);
            return handle(line, request);
        });
    }

    private static ServiceException tooMany() {
        return new ServiceException(ErrorCode.SERVICE_UNAVAILABLE, "Too many requests wait");
    }

    /** Its next request is no newcomer's. */
    void remember(ByteBuffer digest) {
        proven.put(digest, true);
    }

    /** What it showed is good no more. */
    void forget(ByteBuffer digest) {
        proven.remove(digest);
    }

    private boolean isAnyoneAtWork() {
        return clock.millis() - knownCameAt < AT_WORK_MILLIS;
    }

    private <T> Future<T> handle(Line line, Supplier<Future<T>> request) {
        underWay++;
        line.underWay++;
        return Future.succeededFuture()
                .compose(begin -> request.get()) // what it throws is a failure as well
                .onComplete(done -> {
                    underWay--;
                    line.underWay--;
                    letIn();
                });
    }

    private void letIn() {
        if (lettingIn) { // a request was handled at once, and the loop below goes on
            return;
        }
        lettingIn = true;
        try {
            for (Waiting waiting = next(); waiting != null; waiting = next()) {
                tell(waiting);
            }
        } finally {
            lettingIn = false; // an Error, too, or the others would wait for ever
        }
    }

    private void tell(Waiting waiting) {
        if (waiting.comer().gone().getAsBoolean()) {
            waiting.turn().fail(new ServiceException(ErrorCode.SERVICE_UNAVAILABLE, "The client has gone"));
        } else if (clock.millis() - waiting.since() > WAITS_AT_MOST_MILLIS) {
            waiting.turn().fail(tooMany());
        } else {
            turns++;
            waiting.turn().complete();
        }
    }

    private @Nullable Waiting next() {
        if (underWay >= UNDER_WAY) {
            return null;
        }
        Line first = turns % NEWCOMERS_TURN == 0 ? newcomers : known;
        Waiting waiting = first.poll();
        return waiting == null ? (first == known ? newcomers : known).poll() : waiting;
    }
}
