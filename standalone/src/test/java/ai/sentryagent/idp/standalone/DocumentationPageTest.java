package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.RunningProduct.Reply;
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
        assertThat(get("/docs/swagger-ui-bundle.js").json().asText()).contains("SwaggerUIBundle");
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
