package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.Operation;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.audit.Acknowledge;
import ai.sentryagent.idp.schema.audit.AuditOperations;
import ai.sentryagent.idp.schema.audit.Follow;
import ai.sentryagent.idp.schema.audit.Follow.From;
import ai.sentryagent.idp.schema.audit.Followed;
import java.util.List;

/** Somebody who asks over the bus and waits for the answer. */
record Asker(Bus bus) {
    <Q, R> R ask(Operation<Q, R> operation, Q question) {
        return operation.ask(bus, Caller.system("test"), question).await();
    }

    <Q> ErrorCode refusal(Operation<Q, ?> operation, Q question) {
        return catchThrowableOfType(ServiceException.class, () -> ask(operation, question))
                .code();
    }

    /** What comes next for a subscription that began at the beginning. */
    Followed follow(String subscription, int limit) {
        return ask(AuditOperations.FOLLOW, new Follow(subscription, From.BEGINNING, limit));
    }

    long acknowledge(String subscription, long sequence) {
        return ask(AuditOperations.ACKNOWLEDGE, new Acknowledge(subscription, sequence))
                .position();
    }

    static List<Long> sequences(Followed followed) {
        return followed.facts().stream().map(Followed.Entry::sequence).toList();
    }
}
