package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.gateway.contract.ApiOperation;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import java.util.function.Function;

/** What a compiled policy says of a request. Who may show what, where somebody must, stands in the contract. */
final class WasmAccess implements Access {
    private final ApiOperation operation;
    private final Function<Identity, Verdict> policy;
    private final boolean open;

    /** @param policy says what it thinks of this request by whomever */
    WasmAccess(ApiOperation operation, Function<Identity, Verdict> policy) {
        this.operation = operation;
        this.policy = policy;
        this.open = policy.apply(Identity.ANONYMOUS).allow();
    }

    @Override
    public boolean open() {
        return open;
    }

    @Override
    public boolean takesClients() {
        return operation.takesClients();
    }

    @Override
    public boolean takesTokens() {
        return operation.takesTokens();
    }

    @Override
    public void require(Identity identity) {
        if (open) {
            return;
        }
        Verdict verdict = policy.apply(identity);
        if (!verdict.allow()) {
            throw new ServiceException(
                    ErrorCode.FORBIDDEN,
                    "The policy refuses this" + (verdict.reason().isEmpty() ? "" : ": " + verdict.reason()));
        }
    }
}
