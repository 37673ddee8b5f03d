package ai.sentryagent.idp.gateway;

/** Who may call which operation. */
interface Policy {

    /** What it is known by: other files, another version. */
    String version();

    /** What holds for a request. */
    Access access(Target target);
}
