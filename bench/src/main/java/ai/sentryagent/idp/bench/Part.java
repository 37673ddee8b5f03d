package ai.sentryagent.idp.bench;

/** Whose processor time is told apart. */
enum Part {
    SERVER,
    POSTGRES,
    REDIS
}
