package ai.sentryagent.idp.gateway.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A request to one operation of the real contract, put together step by step and then checked. */
final class ContractRequest {
    static final ApiContract CONTRACT = ApiContract.load();
    static final String ID = "019cad9d-de6c-7c3a-9d41-5f0e2b6a8c11";

    private final ApiOperation operation;
    private final Map<String, String> path = new HashMap<>();
    private final List<String> query = new ArrayList<>();
    private final MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    private Buffer body = Buffer.buffer();

    private ContractRequest(ApiOperation operation) {
        this.operation = operation;
    }

    static ContractRequest to(String operationId) {
        return new ContractRequest(operation(operationId));
    }

    static ApiOperation operation(String operationId) {
        return CONTRACT.operations().stream()
                .filter(operation -> operation.id().equals(operationId))
                .findFirst()
                .orElseThrow();
    }

    ContractRequest path(String name, String value) {
        path.put(name, value);
        return this;
    }

    ContractRequest query(String name, String value) {
        query.add(URLEncoder.encode(name, UTF_8) + "=" + URLEncoder.encode(value, UTF_8));
        return this;
    }

    ContractRequest header(String name, String value) {
        headers.add(name, value);
        return this;
    }

    ContractRequest body(String text) {
        return body(Buffer.buffer(text));
    }

    ContractRequest body(Buffer bytes) {
        body = bytes;
        return this;
    }

    CheckedRequest checked() {
        return operation.request().check(new RequestParts(path, String.join("&", query), headers), body);
    }

    CheckedRequest.Accepted accepted() {
        CheckedRequest checked = checked();
        assertThat(checked).isInstanceOf(CheckedRequest.Accepted.class);
        return (CheckedRequest.Accepted) checked;
    }

    CheckedRequest.Refused refused() {
        CheckedRequest checked = checked();
        assertThat(checked).isInstanceOf(CheckedRequest.Refused.class);
        return (CheckedRequest.Refused) checked;
    }
}
