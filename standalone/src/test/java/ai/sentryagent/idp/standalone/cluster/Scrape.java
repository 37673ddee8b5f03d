package ai.sentryagent.idp.standalone.cluster;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** What a process says of itself in the Prometheus format. */
final class Scrape {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Scrape() {}

    /** The sum of all samples of this name whose labels hold this text. */
    static double sum(String metricsUrl, String name, String label) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(metricsUrl))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return HTTP.send(request, HttpResponse.BodyHandlers.ofLines())
                    .body()
                    .filter(line ->
                            (line.startsWith(name + " ") || line.startsWith(name + "{")) && line.contains(label))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
