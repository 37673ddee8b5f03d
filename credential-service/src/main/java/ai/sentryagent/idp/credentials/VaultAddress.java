package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.runtime.config.SecretText;
import ai.sentryagent.idp.runtime.config.Settings;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Where Vault is and how it knows us.
 *
 * @param uri scheme, host and perhaps port
 * @param mount where a KV v2 secrets engine is mounted
 */
record VaultAddress(URI uri, SecretText token, String mount) {
    private static final Pattern MOUNT = Pattern.compile("[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*");
    private static final Pattern TOKEN = Pattern.compile("[!-~]+");

    /** By which this very machine is meant, so that nobody on the way could listen. */
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]");

    /** Is in no mount and in no id. Known in {@link VaultChoreTable}, too. */
    private static final String APART = "~";

    private static final Set<String> SCHEMES = Set.of("http", "https");

    /** Empty when no Vault is named. */
    static Optional<VaultAddress> read(Settings settings) {
        Optional<String> address = settings.text("VAULT_ADDR");
        boolean named = address.isPresent();
        if (!named) {
            if (settings.text("VAULT_TOKEN").isPresent()
                    || settings.text("VAULT_TOKEN_FILE").isPresent()) {
                settings.problem("VAULT_ADDR", "is required with VAULT_TOKEN");
            }
            return Optional.empty();
        }
        boolean plain = settings.text("VAULT_ALLOW_HTTP").filter("true"::equals).isPresent();
        String token = settings.requiredOrFile("VAULT_TOKEN").strip();
        if (!token.isEmpty() && !TOKEN.matcher(token).matches()) {
            settings.problem("VAULT_TOKEN", "must be printable ASCII without spaces");
        }
        Optional<URI> uri = settings.optional("VAULT_ADDR", text -> uri(text, plain));
        Optional<String> mount = settings.optional("VAULT_MOUNT", VaultAddress::mount);
        return uri.map(checked -> new VaultAddress(checked, new SecretText(token), mount.orElse("secret")));
    }

    /** Where the secret of a credential is at home. */
    String path(UUID agentId, UUID credentialId) {
        return mount + "/data/agentidp/agents/" + agentId + "/credentials/" + credentialId;
    }

    /** A place for one secret alone, beside its home. */
    static String apart(String home, UUID id) {
        return home + APART + id;
    }

    static boolean isApart(String path) {
        return path.contains(APART);
    }

    static String home(String path) {
        return isApart(path) ? path.substring(0, path.indexOf(APART)) : path;
    }

    private static URI uri(String text, boolean plain) {
        String form = "must have the form https://host:port";
        URI uri;
        try {
            uri = URI.create(text.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(form, e);
        }
        boolean bare = uri.getUserInfo() == null && uri.getQuery() == null && uri.getFragment() == null;
        boolean rootOnly = uri.getPath() == null
                || uri.getPath().isEmpty()
                || uri.getPath().equals("/");
        if (!bare || !rootOnly || uri.getHost() == null || !SCHEMES.contains(String.valueOf(uri.getScheme()))) {
            throw new IllegalArgumentException(form);
        }
        if (uri.getScheme().equals("http")
                && !plain
                && !LOOPBACK.matcher(uri.getHost()).matches()) {
            throw new IllegalArgumentException(
                    "must be https, unless it is this machine's own or VAULT_ALLOW_HTTP is true");
        }
        return uri;
    }

    private static String mount(String text) {
        String mount = text.strip().replaceAll("^/+|/+$", "");
        if (!MOUNT.matcher(mount).matches()) {
            throw new IllegalArgumentException("must be the path of a secrets engine, such as secret");
        }
        return mount;
    }
}
