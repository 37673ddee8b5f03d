package ai.sentryagent.idp.runtime.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** A Lua script that Redis runs as one step. */
public final class Script {
    private final String source;
    private final String hash;

    private Script(String source, String hash) {
        this.source = source;
        this.hash = hash;
    }

    public static Script of(String source) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(source.getBytes(StandardCharsets.UTF_8));
            return new Script(source, HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-1", e);
        }
    }

    Request byHash(List<String> keys, List<String> arguments) {
        return with(Request.cmd(Command.EVALSHA).arg(hash), keys, arguments);
    }

    Request whole(List<String> keys, List<String> arguments) {
        return with(Request.cmd(Command.EVAL).arg(source), keys, arguments);
    }

    private static Request with(Request request, List<String> keys, List<String> arguments) {
        request.arg(keys.size());
        keys.forEach(request::arg);
        arguments.forEach(request::arg);
        return request;
    }
}
