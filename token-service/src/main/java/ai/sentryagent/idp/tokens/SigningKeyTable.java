package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.runtime.postgres.Query;
import ai.sentryagent.idp.schema.Wire;
import com.fasterxml.jackson.core.type.TypeReference;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The {@code signing_keys} table: public keys only. */
final class SigningKeyTable {
    private static final TypeReference<Map<String, Object>> JWK = new TypeReference<>() {};

    private static final Query ANY = Query.of("signing_keys.any", "SELECT EXISTS (SELECT FROM signing_keys) AS found");

    private static final Query RENEW = Query.of(
            "signing_keys.renew",
            """
            INSERT INTO signing_keys AS known (kid, jwk, verifiable_until)
            VALUES ($1, $2, now() + $3 * interval '1 second')
            ON CONFLICT (kid) DO UPDATE SET verifiable_until = greatest(known.verifiable_until, excluded.verifiable_until)
            RETURNING xmax = 0 AS is_new
            """);

    private static final Query VERIFIABLE = Query.of(
            "signing_keys.verifiable",
            """
            SELECT jwk FROM signing_keys WHERE verifiable_until > now() ORDER BY created_at DESC
            """);

    Future<Boolean> any(SqlClient client) {
        return ANY.on(client).map(rows -> rows.iterator().next().getBoolean("found"));
    }

    /** True when the key was not known before. */
    Future<Boolean> renew(SqlClient client, SigningKey key, Duration verifiableFor) {
        return RENEW.on(client, Tuple.of(key.kid(), Wire.text(key.publicJwk()), verifiableFor.toSeconds()))
                .map(rows -> rows.iterator().next().getBoolean("is_new"));
    }

    Future<List<Map<String, Object>>> verifiable(SqlClient client) {
        return VERIFIABLE.on(client).map(rows -> rows.stream()
                .map(row -> Wire.parse(row.getString("jwk"), JWK))
                .toList());
    }
}
