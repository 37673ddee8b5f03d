package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ai.sentryagent.idp.runtime.config.Settings;
import ai.sentryagent.idp.standalone.dev.CertificateAuthority;
import ai.sentryagent.idp.standalone.dev.DevOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys that are made before the processes of an installation start. */
final class ProvisionTest {
    @TempDir
    Path keys = Path.of("replaced");

    @BeforeEach
    void makeFolders() throws IOException {
        for (String module : DevOptions.MODULES) {
            Files.createDirectory(keys.resolve(module));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "ES256"})
    void withThemEveryModuleHasWhatItNeedsBesidesAddresses(String algorithm) throws IOException {
        Map<String, String> environment = Map.of("JWT_ALGORITHM", algorithm);
        assertThat(ProvisionMain.run(environment, List.of(keys.toString()))).isZero();
        SettingsRead.MODULES.forEach((module, reader) -> {
            Settings settings = new Settings(of(module)
                    .copy()
                    .put("JWT_ALGORITHM", algorithm)
                    .put("DATABASE_URL", "postgresql://agentidp:secret@postgres:5432/agentidp")
                    .put("REDIS_URL", "redis://:secret@redis:6379/0")
                    .put("ISSUER_URL", "https://id.example")
                    .put("POLICY_DIR", "../policies"));
            SettingsRead.readAll(settings, reader);
            assertThatCode(settings::check).as(module).doesNotThrowAnyException();
        });
    }

    @Test
    void nobodyIsToldTheKeysOfAnother() throws IOException {
        provision();
        assertThat(of("gateway").fieldNames())
                .containsExactlyInAnyOrder("CLUSTER_AUTHORITY", "CLUSTER_CERTIFICATE", "CLUSTER_PRIVATE_KEY");
        Set<String> secrets = new HashSet<>();
        Map<String, JsonObject> made = made();
        made.values().forEach(settings -> settings.fieldNames().stream()
                .filter(name -> !name.equals("CLUSTER_AUTHORITY"))
                .forEach(name -> assertThat(secrets.add(settings.getString(name)))
                        .as(name)
                        .isTrue()));
        for (String module : DevOptions.MODULES) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file(module))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void whatIsThereStays() throws IOException {
        provision();
        Map<String, JsonObject> before = made();
        provision();
        assertThat(made()).isEqualTo(before);
    }

    @Test
    void whoeverTakesALeakedPairAwayGetsAnotherAndKeepsTheKeyUnderWhichTheOthersAreSealed() throws IOException {
        provision();
        JsonObject before = of("token-service");
        JsonObject without = before.copy();
        without.remove("JWT_PRIVATE_KEY");
        without.remove("JWT_PUBLIC_KEY");
        Files.writeString(file("token-service"), without.encode());
        provision();
        JsonObject after = of("token-service");
        assertThat(after.getString("KEY_ENCRYPTION_KEY")).isEqualTo(before.getString("KEY_ENCRYPTION_KEY"));
        assertThat(after.getString("JWT_PRIVATE_KEY")).isNotNull().isNotEqualTo(before.getString("JWT_PRIVATE_KEY"));
    }

    @Test
    void certificatesAreMadeAnewAndKeysAreNot() throws IOException {
        provision();
        Map<String, JsonObject> before = made();
        provision("renew");
        made().forEach((module, settings) -> settings.fieldNames().forEach(name -> assertThat(settings.getString(name)
                        .equals(Objects.requireNonNull(before.get(module)).getString(name)))
                .as(module + " " + name)
                .isEqualTo(!name.startsWith("CLUSTER_"))));
    }

    @Test
    void certificatesThatHaveExpiredAreSaidToHaveAndStayUntilTheyAreToBeMadeAnew() throws IOException {
        provision();
        CertificateAuthority authority = new CertificateAuthority(Instant.now().minus(Duration.ofDays(366)));
        for (String module : DevOptions.MODULES) {
            JsonObject settings = of(module);
            authority.member(module).forEach(settings::put);
            Files.writeString(file(module), settings.encode());
        }
        Map<String, JsonObject> before = made();
        assertThat(ProvisionMain.run(Map.of(), List.of(keys.toString()))).isEqualTo(1);
        assertThat(made()).isEqualTo(before);
        provision("renew");
        provision();
    }

    @Test
    void oneThatLostItsCertificateGetsOneThatAllOthersTrust() throws IOException {
        provision();
        Files.delete(file("gateway"));
        provision();
        assertThat(made().values().stream().map(settings -> settings.getString("CLUSTER_AUTHORITY")))
                .containsOnly(of("gateway").getString("CLUSTER_AUTHORITY"));
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', example-secret, 0",
        "127.0.0.1, ::1, example-secret, 0",
        "0.0.0.0, '', example-secret, 1",
        "127.0.0.1, 10.0.0.7, example-secret, 1",
        "0.0.0.0, 0.0.0.0, c0ffee, 0"
    })
    void withCredentialsThatEverybodyKnowsOnlyThisMachineIsLetIn(
            String address, String monitoring, String secret, int status) throws IOException {
        assertThat(ProvisionMain.run(
                        Map.of(
                                "GATEWAY_ADDRESS",
                                address,
                                "GRAFANA_ADDRESS",
                                monitoring,
                                "BOOTSTRAP_CLIENT_SECRET",
                                secret),
                        List.of(keys.toString())))
                .isEqualTo(status);
        assertThat(made()).hasSize(status == 0 ? DevOptions.MODULES.size() : 0);
    }

    @Test
    void aSecretThatTheFirstStartTookFromTheExampleCountsUntilSomebodySaysThatItDoesNot() throws IOException {
        Map<String, String> example = Map.of("BOOTSTRAP_CLIENT_SECRET", "example-secret");
        Map<String, String> open = Map.of("BOOTSTRAP_CLIENT_SECRET", "c0ffee", "GATEWAY_ADDRESS", "0.0.0.0");
        assertThat(ProvisionMain.run(example, List.of(keys.toString()))).isZero();
        assertThat(ProvisionMain.run(open, List.of(keys.toString()))).isEqualTo(1);
        assertThat(ProvisionMain.run(open, List.of(keys.toString(), "changed"))).isZero();
        assertThat(ProvisionMain.run(open, List.of(keys.toString()))).isZero();
    }

    @Test
    void aProxyThatLetsOthersInIsADoorToo() throws IOException {
        Map<String, String> proxied =
                Map.of("BOOTSTRAP_CLIENT_SECRET", "example-secret", "ISSUER_URL", "https://id.example");
        assertThat(ProvisionMain.run(proxied, List.of(keys.toString()))).isEqualTo(1);
    }

    private void provision(String... further) throws IOException {
        assertThat(ProvisionMain.run(
                        Map.of(),
                        further.length == 0 ? List.of(keys.toString()) : List.of(keys.toString(), further[0])))
                .isZero();
    }

    private Map<String, JsonObject> made() {
        Map<String, JsonObject> made = new HashMap<>();
        for (String module : DevOptions.MODULES) {
            if (Files.exists(file(module))) {
                made.put(module, of(module));
            }
        }
        return made;
    }

    private JsonObject of(String module) {
        try {
            return new JsonObject(Files.readString(file(module)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Path file(String module) {
        return keys.resolve(module).resolve("settings.json");
    }
}
