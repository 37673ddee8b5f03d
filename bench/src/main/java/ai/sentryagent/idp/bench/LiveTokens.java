package ai.sentryagent.idp.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Tokens that are asked about, each once before any is asked about again. */
final class LiveTokens {
    static final int COUNT = 10_000;
    private static final int AT_A_TIME = 16;

    private LiveTokens() {}

    /** A client asks about its own tokens. */
    static Request introspection(Client client, URI endpoint, Path file) throws IOException {
        List<String> forms = Parallel.each(COUNT, AT_A_TIME, number -> "token=" + client.token());
        Files.write(file, forms);
        return Request.form(endpoint, client.login().basic(), forms.get(0), "\"active\":true")
                .inTurn(file);
    }
}
