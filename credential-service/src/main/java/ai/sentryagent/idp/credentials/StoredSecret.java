package ai.sentryagent.idp.credentials;

/** Where and how a secret is kept: as a {@link HashedSecret} here, or as a {@link VaultedSecret} elsewhere. */
interface StoredSecret {}
