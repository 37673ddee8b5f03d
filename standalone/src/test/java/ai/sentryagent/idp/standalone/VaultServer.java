package ai.sentryagent.idp.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;

/**
 * The Vault of a test, as somebody else with a token sees it: the server that {@code -Dagentidp.vault.addr} and {@code
 * -Dagentidp.vault.token} name, which can be a real one, or else a stand-in.
 */
record VaultServer(String address, String token, Optional<VaultStandIn> standIn) implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    static VaultServer open() {
        String address = System.getProperty("agentidp.vault.addr", "");
        if (!address.isEmpty()) {
            return new VaultServer(address, System.getProperty("agentidp.vault.token", ""), Optional.empty());
        }
        VaultStandIn standIn = new VaultStandIn(0);
        return new VaultServer(standIn.url(), VaultStandIn.TOKEN, Optional.of(standIn));
    }

    Map<String, String> settings() {
        return Map.of("VAULT_ADDR", address, "VAULT_TOKEN", token);
    }

    static String path(Management.Agent agent) {
        return "secret/data/agentidp/agents/" + agent.id() + "/credentials/" + agent.credentialId();
    }

    /** The secret of one version; empty when it is not there or not there any more. */
    Optional<String> secret(String path, int version) throws IOException, InterruptedException {
        HttpResponse<String> response = get(path + "?version=" + version);
        JsonNode data = JSON.readTree(response.body()).path("data").path("data");
        return response.statusCode() == 200
                ? Optional.of(data.path("clientSecret").asText())
                : Optional.empty();
    }

    /** Whether there is anything at all, destroyed versions included. */
    boolean knows(String path) throws IOException, InterruptedException {
        return get(path.replace("/data/", "/metadata/")).statusCode() == 200;
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + "/v1/" + path))
                .header("X-Vault-Token", token)
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        standIn.ifPresent(VaultStandIn::close);
    }
}
