package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.Cast.Member;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Credentials that are over stand in nobody's way. */
final class ExpiredCredentialsTest {
    private final String database = TestServers.freshDatabase();

    @Test
    void howeverManyNewerOnesHaveExpiredALiveSecretIsRight() throws Exception {
        try (RunningProduct product = RunningProduct.start(Map.of("DATABASE_URL", database))) {
            Cast cast = Cast.on(product);
            Member member = cast.member();
            Sql.update(
                    database,
                    """
                    INSERT INTO credentials.credentials
                        (credential_id, client_id, secret_hash, secret_mac, epoch, created_at, expires_at)
                    SELECT ('ffffffff-ffff-7fff-8fff-' || lpad(n::text, 12, '0'))::uuid, client_id, secret_hash,
                        'another', 1, now(), now() - interval '1 minute'
                    FROM credentials.credentials, generate_series(1, 300) AS n WHERE client_id = '%s'
                    """
                            .formatted(member.id()));
            assertThat(cast.ask(member).status()).isEqualTo(200);
        }
    }
}
