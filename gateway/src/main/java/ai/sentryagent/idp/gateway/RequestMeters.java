package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.runtime.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;

/** How many requests of one kind there were, and how long they took. */
record RequestMeters(Counter requests, Timer duration) {
    /** What one kind of request is told from another by. */
    record Labels(String method, String route, int status) {}

    static RequestMeters of(Labels labels) {
        Tags tags = Tags.of(
                "method", labels.method(), "route", labels.route(), "status_code", String.valueOf(labels.status()));
        return new RequestMeters(
                Counter.builder("agentidp_http_requests").tags(tags).register(Metrics.globalRegistry),
                Meters.timer("agentidp_http_request_duration").tags(tags).register(Metrics.globalRegistry));
    }

    void count(Timer.Sample sample) {
        requests.increment();
        sample.stop(duration);
    }
}
