package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The page at {@code /docs} as a browser without a way to the outside meets it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DocumentationPageTest {
    private static final Pattern PARTS = Pattern.compile("(?:src|href)=\"([^\"]+)\"");

    private final RunningProduct product = RunningProduct.start(Map.of());

    @AfterAll
    void stop() {
        product.close();
    }

    @Test
    void everythingThatThePageIsMadeOfIsHere() {
        Reply page = get("/docs");
        List<String> parts = PARTS.matcher(page.json().asText())
                .results()
                .map(MatchResult::group)
                .map(part -> part.substring(part.indexOf('"') + 1, part.length() - 1))
                .toList();
        assertThat(parts).hasSize(5).allSatisfy(part -> {
            assertThat(part).startsWith("/");
            assertThat(get(part).status()).as(part).isEqualTo(200);
        });
        assertThat(get("/docs/page.js").json().asText()).contains("\"/openapi.json\"");
        Reply library = get("/docs/swagger-ui-bundle.js");
        assertThat(library.json().asText()).contains("SwaggerUIBundle");
        assertThat(library.header("content-length"))
                .isEqualTo(String.valueOf(library.json().asText().getBytes(StandardCharsets.UTF_8).length));
    }

    @Test
    void whatIsTriedOnThePageIsTriedAtThisInstallation() {
        try (RunningProduct installed = RunningProduct.start(Map.of("ISSUER_URL", "https://idp.example"))) {
            assertThat(installed
                            .json("GET", "/openapi.json", "", "")
                            .json()
                            .at("/servers/0/variables/issuer/default")
                            .asText())
                    .isEqualTo("https://idp.example");
        }
    }

    @Test
    void underAnIssuerWithAPathThePageAsksThere() {
        try (RunningProduct installed = RunningProduct.start(Map.of("ISSUER_URL", "https://idp.example/agents"))) {
            assertThat(installed.json("GET", "/docs", "", "").json().asText())
                    .contains("\"/agents/docs/page.js\"", "\"/agents/docs/swagger-ui.css\"", "\"/agents/openapi.json\"")
                    .doesNotContain("\"/docs", "\"/openapi.json");
            assertThat(installed.json("GET", "/docs/page.js", "", "").json().asText())
                    .contains("\"/agents/openapi.json\"");
        }
    }

    @Test
    void theBrowserIsToldToAskNobodyElse() {
        for (String path : List.of("/docs", "/docs/page.js")) {
            assertThat(get(path).header("content-security-policy"))
                    .contains("default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'")
                    .doesNotContain("http", "*");
        }
    }

    @Test
    void nothingElseIsServedFromThere() {
        assertThat(get("/docs/swagger-ui.js").status()).isEqualTo(400);
        assertThat(get("/docs/..%2f..%2fopenapi.yaml").status()).isEqualTo(400);
    }

    private Reply get(String path) {
        return product.json("GET", path, "", "");
    }
}
