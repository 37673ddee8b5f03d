package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.Wire;
import ai.sentryagent.idp.schema.agents.AgentAnswer;
import ai.sentryagent.idp.schema.agents.AgentId;
import ai.sentryagent.idp.schema.agents.AgentOperations;
import ai.sentryagent.idp.schema.agents.DecommissionAgent;
import ai.sentryagent.idp.schema.agents.ListAgents;
import ai.sentryagent.idp.schema.agents.RegisterAgent;
import ai.sentryagent.idp.schema.agents.UpdateAgent;
import io.vertx.core.Future;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/agents}. */
final class AgentRoutes {
    private static final Pattern REVISION = Pattern.compile("(?<!W/)\"([0-9]{1,18})\"");

    private final Bus bus;

    AgentRoutes(Bus bus) {
        this.bus = bus;
    }

    Future<Answer> register(Exchange exchange) {
        RegisterAgent question = Wire.fromTree(exchange.body(), RegisterAgent.class);
        return AgentOperations.REGISTER.ask(bus, exchange.caller(), question).map(answer -> tagged(201, answer)
                .with("location", "/api/v1/agents/" + answer.agent().agentId()));
    }

    Future<Answer> list(Exchange exchange) {
        return AgentOperations.LIST
                .ask(bus, exchange.caller(), Wire.fromTree(exchange.parameters(), ListAgents.class))
                .map(Answer::ok);
    }

    Future<Answer> get(Exchange exchange) {
        return AgentOperations.GET
                .ask(bus, exchange.caller(), new AgentId(exchange.id("agentId")))
                .map(answer -> tagged(200, answer));
    }

    Future<Answer> update(Exchange exchange) {
        return revision(exchange).compose(revision -> {
            exchange.body().put("agentId", exchange.id("agentId").toString());
            if (revision != null) {
                exchange.body().put("ifRevision", revision);
            }
            UpdateAgent question = Wire.fromTree(exchange.body(), UpdateAgent.class);
            return AgentOperations.UPDATE.ask(bus, exchange.caller(), question).map(answer -> tagged(200, answer)
                    .unless(!decidesWhatItMay(question) || answer.everywhere()));
        });
    }

    private static boolean decidesWhatItMay(UpdateAgent update) {
        return update.status() != null || update.capabilities() != null || update.scopes() != null;
    }

    Future<Answer> decommission(Exchange exchange) {
        return revision(exchange)
                .compose(revision -> AgentOperations.DECOMMISSION.ask(
                        bus, exchange.caller(), new DecommissionAgent(exchange.id("agentId"), revision)))
                .map(answer -> Answer.empty(204).unless(answer.everywhere()));
    }

    /** RFC 9110 §13.1.1: one of several tags may match; a weak one, or one that is none of ours, never does. */
    private Future<@Nullable Long> revision(Exchange exchange) {
        String condition = String.join(
                        ",", exchange.context().request().headers().getAll("if-match"))
                .strip();
        if (condition.isEmpty() || condition.equals("*")) {
            return Future.succeededFuture(null);
        }
        Matcher tags = REVISION.matcher(condition);
        List<Long> seen = tags.results().map(tag -> Long.valueOf(tag.group(1))).toList();
        if (seen.size() == 1) {
            return Future.succeededFuture(seen.get(0));
        }
        return AgentOperations.GET
                .ask(bus, exchange.caller(), new AgentId(exchange.id("agentId")))
                .compose(now -> seen.contains(now.revision())
                        ? Future.succeededFuture(now.revision())
                        : Future.failedFuture(new ServiceException(
                                ErrorCode.PRECONDITION_FAILED, "The agent has changed since it was read")));
    }

    private static Answer tagged(int status, AgentAnswer answer) {
        return Answer.json(status, answer.agent()).with("etag", "\"" + answer.revision() + "\"");
    }
}
