package ai.sentryagent.idp.credentials;

/**
 * A secret in Vault. Nothing is kept of it here.
 *
 * @param path as the HTTP API of KV v2 reads it, with the mount
 * @param ended whether it has been destroyed there, or will be as soon as Vault is there
 */
record VaultedSecret(String path, int version, boolean ended) implements StoredSecret {
    /** Names the secret, whatever became of it. */
    String name() {
        return path + "@" + version;
    }
}
