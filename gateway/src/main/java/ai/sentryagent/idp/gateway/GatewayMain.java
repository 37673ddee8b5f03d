package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.gateway.contract.ApiContract;
import ai.sentryagent.idp.runtime.Deployment;
import ai.sentryagent.idp.runtime.ServiceProcess;
import ai.sentryagent.idp.runtime.config.Settings;
import java.util.List;

/** The gateway in a process of its own. */
public final class GatewayMain {
    private GatewayMain() {}

    public static void main(String[] arguments) {
        ServiceProcess.memberMain("gateway", settings -> List.of(deployment(settings)));
    }

    /** One event loop a core. */
    public static Deployment deployment(Settings settings) {
        GatewayConfig config = GatewayConfig.read(settings);
        ApiContract contract = ApiContract.load();
        DocumentationPage documentation = DocumentationPage.load(config.root());
        int loops = Runtime.getRuntime().availableProcessors();
        return new Deployment(runtime -> new GatewayVerticle(config, contract, documentation, runtime, loops), loops);
    }
}
