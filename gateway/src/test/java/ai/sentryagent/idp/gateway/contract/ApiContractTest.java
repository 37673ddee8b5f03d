package ai.sentryagent.idp.gateway.contract;

import static ai.sentryagent.idp.gateway.contract.ContractRequest.CONTRACT;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import org.junit.jupiter.api.Test;

class ApiContractTest {

    @Test
    void holdsEveryOperationOfTheDocument() {
        assertThat(CONTRACT.operations())
                .extracting(ApiOperation::id)
                .containsExactlyInAnyOrder(
                        "registerAgent",
                        "listAgents",
                        "getAgent",
                        "updateAgent",
                        "decommissionAgent",
                        "generateCredential",
                        "listCredentials",
                        "rotateCredential",
                        "revokeCredential",
                        "issueToken",
                        "introspectToken",
                        "revokeToken",
                        "getServerMetadata",
                        "getOpenIdConfiguration",
                        "getJwks",
                        "listSigningKeys",
                        "rotateSigningKey",
                        "withdrawSigningKey",
                        "listAuditEvents",
                        "getAuditEvent",
                        "verifyAudit",
                        "listAuditCheckpoints",
                        "proveAuditConsistency",
                        "proveAuditEvent",
                        "exportAudit",
                        "getHealth",
                        "getLiveness",
                        "getReadiness",
                        "getMetrics",
                        "getOpenApi",
                        "getDocumentation",
                        "getDocumentationPart");
    }

    @Test
    void namesMethodPathAndRouteOfAnOperation() {
        ApiOperation rotate = ContractRequest.operation("rotateCredential");

        assertThat(rotate.method()).isEqualTo(HttpMethod.POST);
        assertThat(rotate.path()).isEqualTo("/api/v1/agents/{agentId}/credentials/{credentialId}/rotate");
        assertThat(rotate.routePath()).isEqualTo("/api/v1/agents/:agentId/credentials/:credentialId/rotate");
        assertThat(rotate.request().bodyKind()).isEqualTo(BodyKind.JSON);
        assertThat(rotate.request().bodyRequired()).isFalse();
    }

    @Test
    void listsTheMethodsOfEachPath() {
        assertThat(CONTRACT.methods())
                .containsKey("/metrics")
                .extractingByKey("/api/v1/agents/{agentId}")
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.ITERABLE)
                .containsExactly(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.PATCH, HttpMethod.DELETE);
    }

    @Test
    void putsAFixedPathBeforeOneWithAParameterInItsPlace() {
        assertThat(CONTRACT.operations())
                .extracting(ApiOperation::id)
                .containsSubsequence("verifyAudit", "getAuditEvent");
    }

    @Test
    void publishesTheDocumentAsJson() {
        assertThat(CONTRACT.openApiJson("https://idp.example").toJsonObject().getString("openapi"))
                .startsWith("3.1");
    }

    @Test
    void namesTheInstallationWhereverWhoeverCallsByTheDocumentLooks() {
        JsonObject document = CONTRACT.openApiJson("https://idp.example/agents").toJsonObject();
        assertThat(JsonPointer.from("/servers/0/variables/issuer/default").queryJson(document))
                .isEqualTo("https://idp.example/agents");
        assertThat(JsonPointer.from("/components/securitySchemes/clientPost/flows/clientCredentials/tokenUrl")
                        .queryJson(document))
                .isEqualTo("https://idp.example/agents/api/v1/token");
    }
}
