package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.standalone.dev.DataFolder;
import ai.sentryagent.idp.standalone.dev.DevOptions;
import ai.sentryagent.idp.standalone.dev.DevServers;
import ai.sentryagent.idp.standalone.dev.KeyPairs;
import ai.sentryagent.idp.standalone.dev.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The settings of a development run: the caller's own, under those that only this machine can know. */
final class DevEnvironment {
    static final String SECRET = "BOOTSTRAP_CLIENT_SECRET";
    static final String ADMINISTRATOR = "admin@agentidp.local";
    private static final String AUDIT_KEY = "audit-signing.pem";

    private DevEnvironment() {}

    static Map<String, String> of(DevOptions options, DevServers servers) throws IOException {
        DataFolder folder = servers.folder();
        makeAuditKey(folder);
        Map<String, String> environment = new HashMap<>(System.getenv());
        // A Vault that the shell knows is someone's real one, and what is made here is thrown away.
        environment.keySet().removeAll(Set.of("VAULT_ADDR", "VAULT_TOKEN", "VAULT_TOKEN_FILE", "VAULT_MOUNT"));
        // And so is a file with settings of an installation, or who certifies its servers.
        environment
                .keySet()
                .removeAll(Set.of(
                        "AGENTIDP_CONFIG",
                        "AUDIT_SIGNING_KEY_FILE",
                        "DATABASE_AUTHORITY",
                        "DATABASE_AUTHORITY_FILE",
                        "REDIS_AUTHORITY",
                        "REDIS_AUTHORITY_FILE"));
        environment.put("AUDIT_SIGNING_KEY", Files.readString(folder.path().resolve(AUDIT_KEY)));
        environment.put("DATABASE_URL", servers.databaseUrl());
        environment.put("REDIS_URL", servers.redisUrl());
        environment.putAll(signingKeys(folder, environment.getOrDefault("JWT_ALGORITHM", "RS256")));
        environment.put("KEY_ENCRYPTION_KEY", folder.secret("key-encryption-key"));
        environment.put("SECRET_PEPPER", folder.secret("secret-pepper"));
        environment.put(SECRET, "sk_live_" + folder.secret("bootstrap-secret"));
        environment.put("BOOTSTRAP_EMAIL", ADMINISTRATOR); // who is looked up again at every start
        environment.put("HOST", "127.0.0.1");
        environment.put("PORT", String.valueOf(options.port()));
        environment.put("MANAGEMENT_PORT", "0");
        environment.putIfAbsent(
                "POLICY_DIR",
                Path.of(System.getProperty("agentidp.home", "."), "policies").toString());
        return environment;
    }

    /** Where the gateway of this environment answers on this machine. */
    static String url(Map<String, String> environment) {
        boolean secure = Stream.of("TLS_CERTIFICATE", "TLS_CERTIFICATE_FILE")
                .anyMatch(name -> !environment.getOrDefault(name, "").isBlank());
        return (secure ? "https" : "http") + "://localhost:" + environment.get("PORT");
    }

    /** A pair of its own for each kind of key, so that the algorithm may change from one run to the next. */
    private static Map<String, String> signingKeys(DataFolder folder, String algorithm) throws IOException {
        String kind = KeyPairs.isElliptic(algorithm) ? "-p256.pem" : ".pem";
        String privateKey = "jwt-private" + kind;
        String publicKey = "jwt-public" + kind;
        if (!Files.exists(folder.path().resolve(publicKey))) {
            KeyPair pair = KeyPairs.forTokens(algorithm);
            folder.write(privateKey, Pem.of(pair.getPrivate()));
            // Last, because its being there says that both are.
            folder.write(publicKey, Pem.of(pair.getPublic()));
        }
        return Map.of(
                "JWT_PRIVATE_KEY", Files.readString(folder.path().resolve(privateKey)),
                "JWT_PUBLIC_KEY", Files.readString(folder.path().resolve(publicKey)));
    }

    private static void makeAuditKey(DataFolder folder) throws IOException {
        if (!Files.exists(folder.path().resolve(AUDIT_KEY))) {
            folder.write(AUDIT_KEY, Pem.of(KeyPairs.forCheckpoints().getPrivate()));
        }
    }
}
