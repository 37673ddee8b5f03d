package ai.sentryagent.idp.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Asks for tokens of many agents, on as many connections as there are agents that ask at the same time. */
final class TokenClient {
    /** As long as a client waits that nobody has told to wait longer. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Buffer FORM = Buffer.buffer("grant_type=client_credentials");

    /** Where tokens are. */
    record Endpoint(String host, int port, String path) {
        TokenClient client(Vertx vertx, int connections) {
            HttpClientOptions options = new HttpClientOptions()
                    .setDefaultHost(host)
                    .setDefaultPort(port)
                    .setConnectTimeout((int) PATIENCE.toMillis());
            PoolOptions pool = new PoolOptions().setHttp1MaxSize(connections);
            return new TokenClient(vertx.createHttpClient(options, pool), path);
        }
    }

    /**
     * What was answered.
     *
     * @param retryAfter what the answer says of when to come again
     */
    record Answer(int status, Optional<Duration> retryAfter) {
        boolean isToken() {
            return status == 200;
        }
    }

    private final HttpClient client;
    private final String path;

    private TokenClient(HttpClient client, String path) {
        this.client = client;
        this.path = path;
    }

    /** Fails with a {@link java.util.concurrent.TimeoutException} when that takes too long. */
    Future<Answer> ask(Login agent) {
        return client.request(HttpMethod.POST, path)
                .compose(request -> request.putHeader(HttpHeaders.AUTHORIZATION, agent.basic())
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/x-www-form-urlencoded")
                        .send(FORM))
                .compose(response -> response.body()
                        .map(body -> new Answer(
                                response.statusCode(),
                                Optional.ofNullable(response.getHeader("retry-after"))
                                        .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds))))))
                .timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
