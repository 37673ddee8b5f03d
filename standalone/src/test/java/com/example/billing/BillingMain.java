package com.example.billing;

import ai.sentryagent.idp.runtime.*;
import ai.sentryagent.idp.schema.*;
import ai.sentryagent.idp.schema.tokens.TokenEvents;
import io.vertx.core.*;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.*;
import java.util.List;

/** Charges every token that is issued, once: the effect and the memory of it are one row, which is there or not. */
public final class BillingMain extends VerticleBase {
    private static final String CHARGE = "INSERT INTO charges VALUES ($1, $2) ON CONFLICT (event_id) DO NOTHING";
    private final Subscription subscription;

    private BillingMain(Pool pool) {
        FactHandlers handlers = new FactHandlers().on(TokenEvents.ISSUED, (fact, token) -> pool.preparedQuery(CHARGE)
                .execute(Tuple.of(fact.eventId(), fact.agentId()))
                .mapEmpty());
        subscription = Subscription.of("billing", handlers);
    }

    public static void main(String[] arguments) {
        ServiceProcess.memberMain("billing", settings -> {
            String url = settings.required("BILLING_DATABASE_URL");
            return List.of(Deployment.one(runtime -> new BillingMain(
                    PgBuilder.pool(pool -> pool.connectingTo(url).using(runtime.vertx())))));
        });
    }

    @Override
    public Future<?> start() {
        return subscription.start(Bus.on(vertx));
    }

    @Override
    public Future<?> stop() {
        return subscription.close();
    }
}
