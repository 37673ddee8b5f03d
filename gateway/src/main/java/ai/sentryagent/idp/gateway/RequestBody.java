package ai.sentryagent.idp.gateway;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

/** Reads bodies, and knows which requests failed because theirs did not come whole. */
final class RequestBody implements Handler<RoutingContext> {
    private static final int LARGEST = 64 * 1024;
    private static final int FORM_FIELDS = 1_024;
    private static final String COMING = "bodyIsComing";

    private final BodyHandler reader =
            BodyHandler.create(false).setBodyLimit(LARGEST).setMergeFormAttributes(false);

    /** A form is taken apart before the body is measured: with room for one read more, measuring has the last word. */
    static HttpServerOptions limitForms(HttpServerOptions options) {
        int form = LARGEST + options.getMaxChunkSize();
        return options.setMaxFormAttributeSize(form)
                .setMaxFormBufferedBytes(form)
                .setMaxFormFields(FORM_FIELDS);
    }

    @Override
    public void handle(RoutingContext context) {
        context.put(COMING, true);
        reader.handle(context);
    }

    /** The next handler. */
    static void isThere(RoutingContext context) {
        context.remove(COMING);
        context.next();
    }

    /** The client went away in the middle, or sent what is no chunk: that is no bug, and nobody hears the answer. */
    static boolean brokeOff(RoutingContext context) {
        return context.get(COMING) != null;
    }
}
