package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.Wire;
import ai.sentryagent.idp.schema.agents.AgentAnswer;
import ai.sentryagent.idp.schema.agents.AgentId;
import ai.sentryagent.idp.schema.agents.AgentOperations;
import ai.sentryagent.idp.schema.agents.AgentStatus;
import ai.sentryagent.idp.schema.agents.DecommissionAgent;
import ai.sentryagent.idp.schema.agents.ListAgents;
import ai.sentryagent.idp.schema.agents.RegisterAgent;
import ai.sentryagent.idp.schema.agents.UpdateAgent;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/agents}. */
final class AgentRoutes {
    private final Bus bus;
    private final String root;

    /** @param root before every path, where the issuer has one; else empty */
    AgentRoutes(Bus bus, String root) {
        this.bus = bus;
        this.root = root;
    }

    Future<Answer> register(Exchange exchange) {
        RegisterAgent question = Wire.fromTree(exchange.body(), RegisterAgent.class);
        return AgentOperations.REGISTER.ask(bus, exchange.caller(), question).map(answer -> tagged(201, answer)
                .with("location", root + "/api/v1/agents/" + answer.agent().agentId()));
    }

    Future<Answer> list(Exchange exchange) {
        return AgentOperations.LIST
                .ask(bus, exchange.caller(), Wire.fromTree(exchange.parameters(), ListAgents.class))
                .map(Answer::ok);
    }

    Future<Answer> get(Exchange exchange) {
        EntityTags had = EntityTags.ifNoneMatch(exchange);
        return current(exchange)
                .map(answer -> had.matchWeakly(answer.revision())
                        ? Answer.empty(304).with("etag", EntityTags.of(answer.revision()))
                        : tagged(200, answer));
    }

    private Future<AgentAnswer> current(Exchange exchange) {
        return AgentOperations.GET.ask(bus, exchange.caller(), new AgentId(exchange.id("agentId")));
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

    /**
     * The one that the agent must have when it is changed; null where none is asked for. What {@code If-None-Match} does not
     * name now it never will, because revisions only rise. One that is decommissioned is refused without conditions, too, which
     * hide no other refusal (RFC 9110 §13.2.1).
     */
    private Future<@Nullable Long> revision(Exchange exchange) {
        EntityTags wanted = EntityTags.ifMatch(exchange);
        EntityTags unwanted = EntityTags.ifNoneMatch(exchange);
        if (unwanted.isEmpty() && wanted.any()) {
            return Future.succeededFuture(null);
        }
        if (unwanted.isEmpty() && wanted.strong().size() == 1) {
            return Future.succeededFuture(wanted.strong().get(0));
        }
        return current(exchange).compose(now -> {
            if (now.agent().status() == AgentStatus.DECOMMISSIONED) {
                return Future.succeededFuture(null);
            }
            if (!wanted.matchStrongly(now.revision())) {
                return Future.failedFuture(
                        new ServiceException(ErrorCode.PRECONDITION_FAILED, "The agent has changed since it was read"));
            }
            if (unwanted.matchWeakly(now.revision())) {
                return Future.failedFuture(new ServiceException(
                        ErrorCode.PRECONDITION_FAILED, "The agent is one that If-None-Match names"));
            }
            return Future.succeededFuture(wanted.any() ? null : now.revision());
        });
    }

    private static Answer tagged(int status, AgentAnswer answer) {
        return Answer.json(status, answer.agent()).with("etag", EntityTags.of(answer.revision()));
    }
}
