package ai.sentryagent.idp.runtime.postgres;

import io.vertx.pgclient.PgConnectOptions;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The role that a service works with: it may use its own schema as the migrations grant, and sees no other.
 *
 * <p>Its password is derived from the password in {@code DATABASE_URL}, so that every instance comes to the same one and
 * nobody has to hand out four more secrets.
 *
 * @param schema the schema's name
 * @param name {@code agentidp_} and the schema
 */
record ServiceRole(String schema, String name, String password) {
    static ServiceRole of(String schema, PgConnectOptions admin) {
        String name = "agentidp_" + schema;
        return new ServiceRole(schema, name, derive(String.valueOf(admin.getPassword()), name));
    }

    private static String derive(String password, String name) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(password.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(name.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", e);
        }
    }

    @Override
    public String toString() {
        return "ServiceRole[" + name + "]";
    }
}
