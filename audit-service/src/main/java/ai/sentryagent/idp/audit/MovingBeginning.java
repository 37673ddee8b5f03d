package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import io.vertx.core.Future;
import java.util.function.Supplier;

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
     * Answers a part of something longer, or says that it must be asked for anew as a whole.
     *
     * @param reached how many places the parts before have gone through
     */
    <T> Future<T> part(long reached, Supplier<Future<T>> question) {
        return boundary().compose(before -> question.get()
                .recover(failure -> Future.all(boundary(), tables.boundaries().treeSize(database.client()))
                        .compose(now -> {
                            boolean overtaken = reached > 0 && now.<Long>resultAt(1) > reached;
                            return Future.failedFuture(
                                    now.<Long>resultAt(0) > before || overtaken
                                            ? new ServiceException(
                                                    ErrorCode.SERVICE_UNAVAILABLE,
                                                    "Retention has dropped events meanwhile; ask again")
                                            : failure);
                        })));
    }

    private Future<Long> boundary() {
        return tables.boundaries().latest(database.client()).map(latest -> latest.map(Boundary::id)
                .orElse(0L));
    }
}
