package ai.sentryagent.idp.standalone.cluster;

/**
 * One request, what it was for, and what came of it.
 *
 * @param asked the name of the audited action, or of the check
 * @param subject the agent, credential or token it was about
 */
record Answer(String asked, String subject, Sent sent) {

    boolean isDone() {
        return sent.isGood() && status() != 202;
    }

    /** Whether it may have been done or not: nobody has said so. */
    boolean isOpen() {
        return status() == 0 || status() == 503;
    }

    int status() {
        return sent.status();
    }

    String text(String member) {
        return sent.text(member);
    }

    /** False only where an introspection says so. */
    boolean isActive() {
        return sent.member("active").asBoolean(true);
    }
}
