package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.audit.Acknowledge;
import ai.sentryagent.idp.schema.audit.Acknowledged;
import ai.sentryagent.idp.schema.audit.Follow;
import ai.sentryagent.idp.schema.audit.Followed;
import ai.sentryagent.idp.schema.audit.Unfollow;
import ai.sentryagent.idp.schema.audit.Unfollowed;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The log as others follow it, each at its own pace. Whoever appends holds the lock of the log's head until its transaction
 * is over, so a place is visible only when every place before it is: reading on from a position misses nothing.
 */
final class Subscriptions {
    private final Database database;
    private final AuditTable log;
    private final SubscriptionTable table;

    Subscriptions(Database database, AuditTable log, SubscriptionTable table) {
        this.database = database;
        this.log = log;
        this.table = table;
    }

    Future<Followed> follow(Caller caller, Follow question) {
        check(question);
        return position(question).compose(position -> log.head(database.client())
                .compose(head -> log.chain(database.client(), position + 1, head.sequence(), question.limit())
                        .map(events -> followed(position, head.sequence(), events))));
    }

    Future<Acknowledged> acknowledge(Caller caller, Acknowledge question) {
        return log.head(database.client())
                .compose(head -> {
                    if (question.sequence() < 0 || question.sequence() > head.sequence()) {
                        throw ServiceException.invalid(Map.of("sequence", "is no place in the log"));
                    }
                    return table.advance(database.client(), question.subscription(), question.sequence());
                })
                .map(position -> new Acknowledged(position.orElseThrow(() -> new ServiceException(
                        ErrorCode.SUBSCRIPTION_NOT_FOUND, "There is no subscription of this name"))));
    }

    Future<Unfollowed> unfollow(Caller caller, Unfollow question) {
        return table.delete(database.client(), question.subscription()).map(gone -> new Unfollowed());
    }

    /** How many events each has still to acknowledge. */
    Future<Map<String, Long>> lags() {
        return table.positions(database.client())
                .compose(positions -> log.head(database.client()).map(head -> {
                    Map<String, Long> lags = new HashMap<>();
                    positions.forEach((name, position) -> lags.put(name, head.sequence() - position));
                    return lags;
                }));
    }

    private Future<Long> position(Follow question) {
        String name = question.subscription();
        return table.position(database.client(), name)
                .compose(known -> known.map(Future::succeededFuture).orElseGet(() -> start(question.from())
                        .compose(start -> table.insert(database.client(), name, start))
                        .compose(made -> position(question))));
    }

    private Future<Long> start(Follow.From from) {
        return log.head(database.client())
                .compose(head -> from == Follow.From.END
                        ? Future.succeededFuture(head.sequence())
                        : log.chain(database.client(), 1, head.sequence(), 1)
                                .map(first -> first.isEmpty()
                                        ? head.sequence()
                                        : first.get(0).sequence() - 1));
    }

    /** What comes right after the position: facts up to the first gap, or the gap. */
    private static Followed followed(long position, long head, List<ChainedEvent> events) {
        List<Followed.Entry> facts = new ArrayList<>();
        for (ChainedEvent event : events) {
            if (event.sequence() != position + facts.size() + 1) {
                break;
            }
            facts.add(new Followed.Entry(event.sequence(), event.fact()));
        }
        boolean isGap = facts.isEmpty() && position < head;
        long resumes = events.isEmpty() ? head + 1 : events.get(0).sequence();
        return new Followed(position, head, facts, isGap ? new Followed.Gap(position + 1, resumes - 1) : null);
    }

    private static void check(Follow question) {
        Map<String, String> wrong = new HashMap<>();
        if (!Follow.NAME.matcher(question.subscription()).matches()) {
            wrong.put("subscription", "must match " + Follow.NAME);
        }
        if (question.limit() < 1 || question.limit() > Follow.MOST) {
            wrong.put("limit", "must be from 1 to " + Follow.MOST);
        }
        if (!wrong.isEmpty()) {
            throw ServiceException.invalid(wrong);
        }
    }
}
