package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import io.vertx.core.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells what fails because retention drops something meanwhile from what fails because the log is damaged. */
record MovingBeginning(Database database, Tables tables) {
    private static final int ATTEMPTS = 3;

    /** Asks again where something was dropped in between. */
    <T> Future<T> answer(Supplier<Future<T>> question) {
        return answer(question, ATTEMPTS);
    }

    private <T> Future<T> answer(Supplier<Future<T>> question, int attempts) {
        return boundary().compose(before -> question.get().recover(failure -> boundary()
                .compose(now ->
                        now > before && attempts > 1 ? answer(question, attempts - 1) : Future.failedFuture(failure))));
    }

    /**
     * Answers a part of something longer, or says that it must be asked for anew as a whole: what is dropped may be passed
     * over without a failure, as if it had never been there.
     *
     * @param begun the boundary behind which the first part lies; null for the first, and where nobody has said
     * @param question to ask with the boundary that there is
     */
    <T> Future<T> part(@Nullable Long begun, Function<Long, Future<T>> question) {
        return boundary()
                .compose(before -> begun != null && !begun.equals(before)
                        ? Future.failedFuture(overtaken())
                        : question.apply(before)
                                .transform((answer, failure) -> boundary().compose(now -> {
                                    if (!now.equals(before)) {
                                        return Future.failedFuture(overtaken());
                                    }
                                    return failure == null
                                            ? Future.succeededFuture(answer)
                                            : Future.failedFuture(failure);
                                })));
    }

    private static ServiceException overtaken() {
        return new ServiceException(ErrorCode.SERVICE_UNAVAILABLE, "Retention has dropped events meanwhile; ask again");
    }

    private Future<Long> boundary() {
        return tables.boundaries().latest(database.client()).map(latest -> latest.map(Boundary::id)
                .orElse(0L));
    }
}
