package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.config.DatabaseConfig;
import ai.sentryagent.idp.runtime.config.SecretText;
import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.audit.AuditVerification;
import ai.sentryagent.idp.schema.audit.VerifyAudit;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Verifications of the whole log for which so much time goes by whenever they look at the clock. */
public final class SlowVerification {
    private SlowVerification() {}

    /** What becomes of so many, one after the other, in a process of their own. */
    public static List<Future<AuditVerification>> of(
            ServiceRuntime runtime, String databaseUrl, int times, Duration betweenLooks) {
        DatabaseConfig config = new DatabaseConfig(new SecretText(databaseUrl), Optional.empty());
        Database database = Database.open(runtime.vertx(), runtime.random(), config, "audit")
                .await();
        Instant[] now = {Instant.EPOCH};
        Clock clock = ((InstantSource) () -> now[0] = now[0].plus(betweenLooks)).withZone(ZoneOffset.UTC);
        AuditVerifier verifier = new AuditVerifier(database, Tables.all(TrustedKeys.unknown()), Optional::empty, clock);
        List<Future<AuditVerification>> ended = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            Future<AuditVerification> done = verifier.verify(Caller.system("test"), new VerifyAudit(null, null));
            done.otherwiseEmpty().await();
            ended.add(done);
        }
        database.close().await();
        return ended;
    }
}
