package ai.sentryagent.idp.standalone.walls;

import static ai.sentryagent.idp.standalone.walls.House.BASE;
import static ai.sentryagent.idp.standalone.walls.House.called;
import static ai.sentryagent.idp.standalone.walls.House.in;
import static ai.sentryagent.idp.standalone.walls.House.named;
import static ai.sentryagent.idp.standalone.walls.House.outermost;
import static ai.sentryagent.idp.standalone.walls.House.room;
import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import ai.sentryagent.idp.agents.planted.CircleOne;
import ai.sentryagent.idp.agents.planted.CircleOther;
import ai.sentryagent.idp.agents.planted.CuriousTable;
import ai.sentryagent.idp.agents.planted.Knowledge;
import ai.sentryagent.idp.agents.planted.ThinkingVerticle;
import ai.sentryagent.idp.gateway.contract.planted.KnowsTheGateway;
import ai.sentryagent.idp.schema.planted.KnowsTooMuch;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.ClientAuth;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Who may know whom. */
final class KnowledgeWalls {
    /** Its own tables, and the one that every service has. */
    private static final DescribedPredicate<JavaClass> SPEAKS_SQL =
            called("Table").or(in("runtime.postgres.."));

    /** What work hands to a table so that it owns the transaction. */
    private static final Set<String> HANDED_ON = Set.of(SqlClient.class.getName(), SqlConnection.class.getName());

    private static final DescribedPredicate<JavaClass> SQL = resideInAnyPackage(
                    "io.vertx.sqlclient..",
                    "io.vertx.pgclient..",
                    "java.sql..",
                    "javax.sql..",
                    "org.postgresql..",
                    "org.flywaydb..")
            .or(named("runtime.postgres.Query"))
            .and(describe("not handed on", type -> !HANDED_ON.contains(type.getName())));

    private static final DescribedPredicate<JavaClass> WEB = resideInAnyPackage(
                    "io.vertx.ext.web..", "io.vertx.core.http..")
            .and(not(type(ClientAuth.class))); // which is for every TLS server

    private static final DescribedPredicate<JavaClass> DOOR = called("Main").or(called("Verticle"));

    private static final SliceAssignment CLASSES = new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return type.getName().startsWith(BASE)
                    ? SliceIdentifier.of(outermost(type).getName())
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "classes with what stands in them";
        }
    };

    private KnowledgeWalls() {}

    static List<Wall> all() {
        return List.of(
                Wall.of(
                        "No service knows another, nor the gateway one, and nobody knows the process they share",
                        classes().should(knowNoOtherRoom()),
                        Knowledge.OfOtherRooms.class),
                Wall.of(
                        "The contract knows the bus and JSON, no runtime, no SQL and no web",
                        classes()
                                .that(in("schema.."))
                                .should()
                                .onlyDependOnClassesThat(in("schema..")
                                        .or(resideInAnyPackage(
                                                "java.io",
                                                "java.lang..",
                                                "java.time..",
                                                "java.util..",
                                                "io.vertx.core",
                                                "io.vertx.core.buffer",
                                                "io.vertx.core.eventbus",
                                                "com.fasterxml.jackson..",
                                                "org.jspecify.annotations"))),
                        KnowsTooMuch.class),
                Wall.of(
                        "Only a Table speaks SQL",
                        noClasses()
                                .that(not(SPEAKS_SQL)
                                        // how to reach a database, and the development's own, which is no service's
                                        .and(not(named(
                                                "runtime.config.DatabaseConfig",
                                                "standalone.dev.EmbeddedPostgresServer"))))
                                .should()
                                .dependOnClassesThat(SQL),
                        Knowledge.OfSql.class),
                Wall.of(
                        "A connection is handed in and never kept",
                        noFields()
                                .that()
                                .areDeclaredInClassesThat(not(named("runtime.postgres.Database")))
                                .should()
                                .haveRawType(assignableTo(SqlClient.class)),
                        Knowledge.KeepsAConnection.class),
                Wall.of(
                        "A Table knows neither the transaction's owner nor the door",
                        noClasses()
                                .that(called("Table"))
                                .should()
                                .dependOnClassesThat(named("runtime.postgres.Database", "runtime.outbox.Outbox")
                                        .or(DOOR)
                                        .or(called("Config"))),
                        CuriousTable.class),
                Wall.of(
                        "Work knows nothing of the door: mains are for mains, verticles for their main, settings for both",
                        noClasses()
                                .that(not(DOOR).and(not(called("Config"))))
                                .should()
                                .dependOnClassesThat(describe(
                                        "doors of a room",
                                        type -> room(type).isPresent()
                                                && DOOR.or(called("Config")).test(type))),
                        Knowledge.OfTheDoor.class),
                Wall.of(
                        "Only the gateway, the management server and the link to Vault speak HTTP",
                        noClasses()
                                .that(not(
                                        in("gateway..").or(named("runtime.ManagementServer", "credentials.VaultLink"))))
                                .should()
                                .dependOnClassesThat(WEB),
                        Knowledge.OfTheWeb.class),
                Wall.of(
                        "The check of requests knows nothing of the gateway, the runtime or the bus",
                        noClasses()
                                .that(in("gateway.contract.."))
                                .should()
                                .dependOnClassesThat(in("gateway", "runtime..", "schema..")
                                        // a rule that holds for more than requests
                                        .and(not(named("schema.agents.EmailAddress")))
                                        .or(resideInAnyPackage("io.vertx.core.eventbus..", "io.vertx.ext.web.."))),
                        KnowsTheGateway.class),
                Wall.of(
                        "No class knows one that knows it",
                        slices().assignedFrom(CLASSES).should().beFreeOfCycles(),
                        CircleOne.class,
                        CircleOther.class),
                Wall.of(
                        "Nobody knows the insides of a library",
                        noClasses()
                                .should()
                                .dependOnClassesThat(resideInAnyPackage("..impl..", "..internal..", "sun..")),
                        Knowledge.OfInsides.class),
                Wall.of(
                        "A verticle binds and does not think: it knows no failure, no row and no JSON",
                        noClasses()
                                .that(assignableTo(VerticleBase.class))
                                .should()
                                .dependOnClassesThat(named("schema.ServiceException", "schema.ErrorCode", "schema.Wire")
                                        .or(SQL)
                                        .or(resideInAnyPackage("com.fasterxml.jackson.."))),
                        ThinkingVerticle.class));
    }

    private static ArchCondition<JavaClass> knowNoOtherRoom() {
        return new ArchCondition<>("know no other room") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                Optional<String> own = room(type);
                if (own.equals(Optional.of("standalone"))) {
                    return; // puts them together
                }
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    Optional<String> other = room(dependency.getTargetClass());
                    if (other.isPresent() && !other.equals(own)) {
                        events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
                    }
                }
            }
        };
    }
}
