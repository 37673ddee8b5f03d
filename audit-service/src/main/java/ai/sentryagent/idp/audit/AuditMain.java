package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.Deployment;
import ai.sentryagent.idp.runtime.ServiceProcess;
import ai.sentryagent.idp.runtime.config.Settings;
import java.util.List;

/** audit-service in a process of its own. */
public final class AuditMain {
    private AuditMain() {}

    public static void main(String[] arguments) {
        ServiceProcess.memberMain("audit-service", settings -> List.of(deployment(settings)));
    }

    public static Deployment deployment(Settings settings) {
        AuditConfig config = AuditConfig.read(settings);
        return Deployment.one(runtime -> new AuditVerticle(config, runtime));
    }
}
