package ai.sentryagent.idp.runtime.postgres;

import ai.sentryagent.idp.runtime.Hmac;
import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import io.vertx.pgclient.PgConnectOptions;
import java.util.Base64;
import java.util.HexFormat;

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
    private static final int ITERATIONS = 4096;

    static ServiceRole of(String schema, PgConnectOptions admin) {
        String name = "agentidp_" + schema;
        return new ServiceRole(
                schema, name, Hmac.of(String.valueOf(admin.getPassword())).hex(name));
    }

    /** What Postgres keeps of the password (RFC 5803): a server that logs statements would log the password itself. */
    String verifier() {
        ScramMechanism scram = ScramMechanism.SCRAM_SHA_256;
        byte[] salt = HexFormat.of().parseHex(Hmac.of(password).hex("salt of " + name));
        byte[] salted = ScramFunctions.saltedPassword(
                scram, StringPreparation.SASL_PREPARATION, password.toCharArray(), salt, ITERATIONS);
        byte[] storedKey = ScramFunctions.storedKey(scram, ScramFunctions.clientKey(scram, salted));
        byte[] serverKey = ScramFunctions.serverKey(scram, salted);
        return "SCRAM-SHA-256$" + ITERATIONS + ":" + base64(salt) + "$" + base64(storedKey) + ":" + base64(serverKey);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public String toString() {
        return "ServiceRole[" + name + "]";
    }
}
