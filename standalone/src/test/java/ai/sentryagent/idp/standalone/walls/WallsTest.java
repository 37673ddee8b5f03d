package ai.sentryagent.idp.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who may know whom. */
final class WallsTest {
    private static final String BASE = "ai.sentryagent.idp.";
    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("ai.sentryagent.idp");
    private static final DescribedPredicate<JavaClass> ROOMS = JavaClass.Predicates.resideInAnyPackage(
            BASE + "agents..", BASE + "credentials..", BASE + "tokens..", BASE + "audit..", BASE + "gateway..");

    @Test
    void noServiceKnowsAnotherNorTheGatewayAService() {
        for (String room : Set.of("agents", "credentials", "tokens", "audit", "gateway")) {
            String own = BASE + room + "..";
            noClasses()
                    .that()
                    .resideInAPackage(own)
                    .should()
                    .dependOnClassesThat(ROOMS.and(DescribedPredicate.not(JavaClass.Predicates.resideInAPackage(own))))
                    .check(PRODUCT);
        }
    }

    @Test
    void theContractKnowsNoRuntimeNoSqlAndNoWeb() {
        noClasses()
                .that()
                .resideInAPackage(BASE + "schema..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        BASE + "runtime..",
                        "io.vertx.sqlclient..",
                        "io.vertx.pgclient..",
                        "io.vertx.ext..",
                        "java.sql..")
                .check(PRODUCT);
    }

    @Test
    void onlyTheGatewayAndTheManagementServerSpeakHttp() {
        noClasses()
                .that()
                .resideOutsideOfPackages(BASE + "gateway..", BASE + "runtime")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.vertx.ext.web..")
                .check(PRODUCT);
    }

    @Test
    void theGatewayKnowsNoSql() {
        noClasses()
                .that()
                .resideInAPackage(BASE + "gateway..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.vertx.sqlclient..", "io.vertx.pgclient..", "java.sql..", BASE + "runtime.postgres..")
                .check(PRODUCT);
    }

    @Test
    void timeIsHandedIn() {
        noClasses()
                .that()
                .resideOutsideOfPackages(BASE + "runtime..", BASE + "standalone..")
                .should()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .check(PRODUCT);
    }
}
