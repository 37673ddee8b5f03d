package ai.sentryagent.idp.agents.planted;

import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.Wire;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Row;

/** A verticle that does more than bind. */
public final class ThinkingVerticle extends VerticleBase {
    @Override
    public Future<?> start() {
        return Future.failedFuture(new ServiceException(ErrorCode.NOT_FOUND, "planted"));
    }

    static String row(Row row) {
        return row.getString(0);
    }

    static String json() {
        return Wire.text("");
    }
}
