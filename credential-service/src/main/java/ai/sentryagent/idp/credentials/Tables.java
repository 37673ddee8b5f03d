package ai.sentryagent.idp.credentials;

/** The tables of this service. */
record Tables(ClientTable clients, CredentialTable credentials, VaultChoreTable chores) {}
