package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.schema.Wire;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.styra.opa.wasm.OpaPolicy;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A policy that was compiled to WebAssembly by the Open Policy Agent, {@code POLICY_DIR/authz.wasm}, and is asked in this
 * process. Each {@code POLICY_DIR/data/NAME.json} is its {@code data.NAME}.
 */
final class WasmPolicy implements Policy {
    private static final TypeReference<List<Answer>> ANSWERS = new TypeReference<>() {};
    private static final Logger LOG = LoggerFactory.getLogger(WasmPolicy.class);
    private static final Verdict UNDEFINED = new Verdict(false, "the policy says nothing about it");
    private static final Verdict MALFORMED =
            new Verdict(false, "the policy's result is no object with a member \"allow\"");

    /** Of 64 KiB each. A request is some KiB long, and memory is reused for the next. */
    private static final int MOST_PAGES = 1_024;

    private final byte[] module;
    private final String data;
    private final String version;

    /** One may be asked by one thread at a time. */
    private final Queue<OpaPolicy> idle = new ConcurrentLinkedQueue<>();

    private WasmPolicy(byte[] module, String data, String version) {
        this.module = module;
        this.data = data;
        this.version = version;
    }

    /**
     * What the policy is asked.
     *
     * @param method of the operation: HEAD is asked as GET
     * @param path of what is asked for, in the one spelling that the gateway gives it
     * @param scopes of the access token; none of a client that authenticates itself
     * @param agentId left out while nobody has been authenticated
     */
    private record Input(String method, String path, Set<String> scopes, @Nullable UUID agentId) {}

    private record Answer(@Nullable JsonNode result) {}

    /** Blocks for a second or more for each core, as the module is compiled. Fails with a message for whoever wrote the policy. */
    static WasmPolicy of(Buffer module, PolicyFiles files) throws IOException {
        WasmPolicy policy = new WasmPolicy(module.getBytes(), data(files), files.version());
        try {
            for (int core = 0; core < Runtime.getRuntime().availableProcessors(); core++) {
                policy.idle.add(policy.open());
            }
            if (policy.ask(new Input("GET", "/health", Set.of(), null)).equals(MALFORMED)) {
                throw new IOException(PolicyFiles.MODULE + " cannot be asked: " + MALFORMED.reason());
            }
        } catch (RuntimeException e) {
            throw new IOException(PolicyFiles.MODULE + " cannot be asked: " + e.getMessage(), e);
        }
        return policy;
    }

    private static String data(PolicyFiles files) throws IOException {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, String> file : files.data().entrySet()) {
            try {
                data.set(file.getKey(), Wire.parse(file.getValue(), JsonNode.class));
            } catch (UncheckedIOException e) {
                throw new IOException("data/" + file.getKey() + ".json is no JSON", e);
            }
        }
        return data.toString();
    }

    private OpaPolicy open() {
        return OpaPolicy.builder()
                .withPolicy(module)
                .withMaxMemory(MOST_PAGES)
                .build()
                .data(data);
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public Access access(Target target) {
        String method = target.operation().method().name();
        String path = target.path();
        return new WasmAccess(
                target.operation(), who -> ask(new Input(method, path, new TreeSet<>(who.scopes()), who.agentId())));
    }

    private Verdict ask(Input input) {
        List<Answer> answers = Wire.parse(evaluate(Wire.text(input)), ANSWERS);
        JsonNode result = answers.isEmpty() ? null : answers.get(0).result();
        if (result == null) {
            return UNDEFINED;
        }
        if (!result.path("allow").isBoolean()) {
            LOG.atError().addKeyValue("version", version).log("The policy's result is no object with a member allow");
            return MALFORMED;
        }
        return new Verdict(
                result.path("allow").booleanValue(), result.path("reason").asText());
    }

    /** Whatever an evaluation leaves in memory, also one that failed, the next one writes over. */
    private String evaluate(String input) {
        OpaPolicy free = idle.poll();
        OpaPolicy asked = free == null ? open() : free;
        try {
            return asked.evaluate(input);
        } finally {
            idle.add(asked);
        }
    }
}
