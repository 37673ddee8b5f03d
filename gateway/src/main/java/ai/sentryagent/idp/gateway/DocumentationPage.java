package ai.sentryagent.idp.gateway;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** The API for people to read and try: Swagger UI, all of it from here, which draws {@code /openapi.json}. */
final class DocumentationPage {
    private static final String OURS = "/docs/";
    private static final String LIBRARY = "/META-INF/resources/webjars/swagger-ui/" + swaggerUiVersion() + "/";

    /** Nothing comes from elsewhere or goes elsewhere, and nobody frames the page. The library styles its elements. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
            + " img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    private final Map<String, Answer> files = new HashMap<>();

    private DocumentationPage(String root) {
        keep("index.html", "text/html;charset=utf-8", ours("index.html", root));
        keep("page.js", "text/javascript;charset=utf-8", ours("page.js", root));
        keep("swagger-ui-bundle.js", "text/javascript;charset=utf-8", read(LIBRARY + "swagger-ui-bundle.js"));
        keep("swagger-ui.css", "text/css;charset=utf-8", read(LIBRARY + "swagger-ui.css"));
        keep("favicon-32x32.png", "image/png", read(LIBRARY + "favicon-32x32.png"));
    }

    /**
     * Reads all of it from the class path: once, before anything starts.
     *
     * @param root before every path, where the issuer has one; else empty
     */
    static DocumentationPage load(String root) {
        return new DocumentationPage(root);
    }

    /** Whatever they name in quotation marks that begins with a slash is a path of ours. */
    private static Buffer ours(String name, String root) {
        return Buffer.buffer(read(OURS + name).toString().replace("\"/", "\"" + root + "/"));
    }

    Future<Answer> page(Exchange exchange) {
        return file("index.html");
    }

    /** The contract knows which there are. */
    Future<Answer> part(Exchange exchange) {
        return file(exchange.parameters().get("file").textValue());
    }

    private Future<Answer> file(String name) {
        Answer answer = files.get(name);
        if (answer == null) {
            throw new IllegalStateException("The document speaks of " + name + ", which is not here");
        }
        return Future.succeededFuture(answer);
    }

    private void keep(String name, String type, Buffer content) {
        Map<String, String> headers = Map.of(
                "content-type", type, "cache-control", "public, max-age=3600", "content-security-policy", POLICY);
        files.put(name, new Answer(200, headers, content));
    }

    /** Its files stand in a folder of that name. */
    private static String swaggerUiVersion() {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(read("/META-INF/maven/org.webjars/swagger-ui/pom.properties")
                    .toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }

    private static Buffer read(String resource) {
        try (InputStream in = DocumentationPage.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not on the class path");
            }
            return Buffer.buffer(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
