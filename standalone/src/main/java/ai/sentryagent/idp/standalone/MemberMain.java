package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.agents.AgentMain;
import ai.sentryagent.idp.audit.AuditMain;
import ai.sentryagent.idp.credentials.CredentialMain;
import ai.sentryagent.idp.gateway.GatewayMain;
import ai.sentryagent.idp.tokens.TokenMain;
import java.io.IOException;

/** One process of a development cluster. It stops when whoever started it ends, however that happens. */
public final class MemberMain {
    private MemberMain() {}

    /** The one argument is the module's name. */
    public static void main(String[] arguments) {
        Thread watch = new Thread(MemberMain::stopWithParent, "parent-watch");
        watch.setDaemon(true);
        watch.start();
        String[] none = {};
        switch (arguments[0]) {
            case "agent-service" -> AgentMain.main(none);
            case "credential-service" -> CredentialMain.main(none);
            case "token-service" -> TokenMain.main(none);
            case "audit-service" -> AuditMain.main(none);
            case "gateway" -> GatewayMain.main(none);
            default -> throw new IllegalArgumentException("no such module: " + arguments[0]);
        }
    }

    /** Standard input is a pipe from the parent, which the system closes when the parent is gone. */
    private static void stopWithParent() {
        try {
            while (System.in.read() >= 0) {
                // nothing is ever sent
            }
        } catch (IOException e) {
            // as good as its end
        }
        System.exit(0);
    }
}
