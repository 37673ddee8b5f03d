package ai.sentryagent.idp.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Tokens that are asked about, each once before any is asked about again. */
final class LiveTokens {
    static final int COUNT = 10_000;
    private static final int AT_A_TIME = 16;

    private LiveTokens() {}

    /** A client asks about its own tokens. */
    static Request introspection(Client client, URI endpoint, Path file) throws IOException {
        ExecutorService pool = Executors.newFixedThreadPool(AT_A_TIME);
        try {
            List<Future<String>> asked = new ArrayList<>();
            for (int i = 0; i < COUNT; i++) {
                asked.add(pool.submit(client::token));
            }
            List<String> forms = new ArrayList<>();
            for (Future<String> token : asked) {
                forms.add("token=" + token.get());
            }
            Files.write(file, forms);
            return Request.post(endpoint, client.basic(), forms.get(0), "\"active\":true")
                    .inTurn(file);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            pool.shutdownNow();
        }
    }
}
