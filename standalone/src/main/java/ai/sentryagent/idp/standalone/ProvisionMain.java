package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.runtime.config.CertifiedKey;
import ai.sentryagent.idp.standalone.dev.CertificateAuthority;
import ai.sentryagent.idp.standalone.dev.DevOptions;
import ai.sentryagent.idp.standalone.dev.KeyPairs;
import ai.sentryagent.idp.standalone.dev.Pem;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes what the processes of an installation must hold and nobody has to know: the certificates of the cluster, and the keys
 * of each service. It runs before them, on one machine, and leaves alone what an earlier run has made.
 */
public final class ProvisionMain {
    /** What {@code AGENTIDP_CONFIG} of a module names, in that module's folder. */
    private static final String FILE = "settings.json";

    private static final String CERTIFICATE = "CLUSTER_CERTIFICATE";
    private static final int SECRET_BYTES = 32;

    /** The credentials of .env.example begin with it. */
    private static final String EXAMPLE = "example-";

    private static final List<String> CREDENTIALS =
            List.of("POSTGRES_PASSWORD", "REDIS_PASSWORD", "BOOTSTRAP_CLIENT_SECRET", "GF_ADMIN_PASSWORD");

    /** Those that are taken at the first start only, so that another in .env changes nothing. */
    private static final Set<String> KEPT = Set.of("BOOTSTRAP_CLIENT_SECRET", "GF_ADMIN_PASSWORD");

    /** In the file of the first module, which does not ask for it. */
    private static final String EXAMPLES = "BEGAN_WITH_EXAMPLES";

    private static final String ISSUER = "ISSUER_URL";

    /** Where doors are. */
    private static final List<String> ADDRESSES = List.of("GATEWAY_ADDRESS", "GRAFANA_ADDRESS");

    private static final Set<String> LOOPBACK = Set.of("", "127.0.0.1", "::1", "localhost");

    private final SecureRandom random = new SecureRandom();
    private final Path keys;

    private ProvisionMain(Path keys) {
        this.keys = keys;
    }

    /**
     * {@code FOLDER [renew | changed]}, where FOLDER holds a folder for each module. {@code renew} makes the certificates anew,
     * for which all members have to be restarted; {@code changed} says that no credential of the example counts any more.
     */
    public static void main(String[] arguments) throws IOException {
        int status = run(System.getenv(), List.of(arguments));
        if (status != 0) {
            // What exit() logs would look for the name of a machine that has no network.
            Runtime.getRuntime().halt(status);
        }
    }

    static int run(Map<String, String> environment, List<String> arguments) throws IOException {
        ProvisionMain provision = new ProvisionMain(Path.of(arguments.get(0)));
        if (arguments.contains("changed")) {
            provision.remember(List.of());
        }
        List<String> examples = examples(environment);
        List<String> kept = provision.kept();
        if (isOpen(environment) && !examples.isEmpty()) {
            System.err.println(
                    String.join(", ", examples) + ": everybody knows the value of .env.example. Change it before "
                            + String.join(", ", ADDRESSES) + " or " + ISSUER + " lets others in than this machine.");
            return 1;
        }
        if (isOpen(environment) && !kept.isEmpty()) {
            System.err.println(String.join(", ", kept)
                    + ": a start took the value of .env.example, which counts until it is"
                    + " changed where it is kept: rotate the administrator's credential over the API, and with"
                    + " grafana cli admin reset-admin-password Grafana's. Then: docker compose run --rm init changed");
            return 1;
        }
        // before all else, so that it is not lost when this is cut short; and each time, because Grafana may come later
        provision.remember(Stream.concat(kept.stream(), examples.stream().filter(KEPT::contains))
                .distinct()
                .toList());
        provision.makeWhatIsMissing(environment.getOrDefault("JWT_ALGORITHM", "RS256"), arguments.contains("renew"));
        Instant end = provision.end();
        if (end.isBefore(Instant.now())) {
            System.err.println(
                    "The certificates of the cluster have expired, on " + end + ", and no process starts with"
                            + " them. Make them anew, and restart all: docker compose run --rm init renew");
            return 1;
        }
        System.out.println("The certificates of the cluster are good until " + end);
        return 0;
    }

    /** Credentials that everybody knows. */
    private static List<String> examples(Map<String, String> environment) {
        return CREDENTIALS.stream()
                .filter(name -> environment.getOrDefault(name, "").startsWith(EXAMPLE))
                .toList();
    }

    /** Whether others than the owner of this machine could use them: also when a proxy lets them in. */
    private static boolean isOpen(Map<String, String> environment) {
        String issuer = environment.getOrDefault(ISSUER, "");
        return !ADDRESSES.stream()
                        .map(name -> environment.getOrDefault(name, ""))
                        .allMatch(LOOPBACK::contains)
                || !LOOPBACK.contains(
                        Objects.requireNonNullElse(URI.create(issuer).getHost(), ""));
    }

    /** Those that a start may have taken from the example and nobody has said to be others now. */
    private List<String> kept() throws IOException {
        String names = read(DevOptions.MODULES.get(0)).getString(EXAMPLES, "");
        return names.isEmpty() ? List.of() : List.of(names.split(",", -1));
    }

    private void remember(List<String> examples) throws IOException {
        String module = DevOptions.MODULES.get(0);
        JsonObject settings = read(module);
        settings.remove(EXAMPLES);
        write(module, examples.isEmpty() ? settings : settings.put(EXAMPLES, String.join(",", examples)));
    }

    private void makeWhatIsMissing(String algorithm, boolean renew) throws IOException {
        boolean certified = true;
        for (String module : DevOptions.MODULES) {
            certified &= read(module).containsKey(CERTIFICATE);
        }
        CertificateAuthority authority = new CertificateAuthority(Instant.now());
        for (String module : DevOptions.MODULES) {
            JsonObject settings = read(module);
            if (renew || !certified) { // all of them, because they trust one authority
                authority.member(module).forEach(settings::put);
            }
            addKeys(module, settings, algorithm);
            write(module, settings);
        }
    }

    /** When the first of them ends. */
    private Instant end() throws IOException {
        Instant end = Instant.MAX;
        for (String module : DevOptions.MODULES) {
            Instant one = end(read(module).getString(CERTIFICATE));
            end = one.isBefore(end) ? one : end;
        }
        return end;
    }

    private static Instant end(String certificate) throws IOException {
        try {
            return CertifiedKey.certificates(certificate).get(0).getNotAfter().toInstant();
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private void addKeys(String module, JsonObject settings, String algorithm) {
        switch (module) {
            case "token-service" -> {
                if (!settings.containsKey("JWT_PRIVATE_KEY")) {
                    KeyPair pair = KeyPairs.forTokens(algorithm);
                    settings.put("JWT_PRIVATE_KEY", Pem.of(pair.getPrivate()));
                    settings.put("JWT_PUBLIC_KEY", Pem.of(pair.getPublic()));
                }
                if (!settings.containsKey(
                        "KEY_ENCRYPTION_KEY")) { // whoever takes a leaked pair away goes on with this one
                    settings.put("KEY_ENCRYPTION_KEY", secret());
                }
            }
            case "credential-service" -> {
                if (!settings.containsKey("SECRET_PEPPER")) {
                    settings.put("SECRET_PEPPER", secret());
                }
            }
            case "audit-service" -> {
                if (!settings.containsKey("AUDIT_SIGNING_KEY")) {
                    settings.put(
                            "AUDIT_SIGNING_KEY",
                            Pem.of(KeyPairs.forCheckpoints().getPrivate()));
                }
            }
            default -> {
                // it signs nothing and hides nothing
            }
        }
    }

    private String secret() {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private JsonObject read(String module) throws IOException {
        Path file = keys.resolve(module).resolve(FILE);
        return Files.exists(file) ? new JsonObject(Files.readString(file)) : new JsonObject();
    }

    /** A process that starts meanwhile finds the old file or the new one. */
    private void write(String module, JsonObject settings) throws IOException {
        Path folder = keys.resolve(module);
        Path fresh = Files.createTempFile(
                folder,
                FILE,
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, settings.encodePrettily());
        Files.move(fresh, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }
}
