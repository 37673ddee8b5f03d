package ai.sentryagent.idp.standalone.walls;

import static ai.sentryagent.idp.standalone.walls.House.called;
import static ai.sentryagent.idp.standalone.walls.House.named;
import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noConstructors;

import ai.sentryagent.idp.agents.planted.Forms;
import ai.sentryagent.idp.agents.planted.util.Anything;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.List;
import java.util.stream.Stream;

/** What a class looks like. */
final class FormWalls {
    private static final int MOST_PARAMETERS = 5;

    private static final DescribedPredicate<JavaClass> WRITTEN = describe(
            "written as classes",
            type -> !type.isAnonymousClass() && !type.getSimpleName().equals("package-info"));

    /** Tests outside their package stop and start the servers. */
    private static final DescribedPredicate<JavaClass> FOR_TESTS =
            describe("are servers", type -> type.getSimpleName().matches("Embedded(Postgres|Redis)Server"));

    private static final DescribedPredicate<JavaClass> FOR_CONSUMERS = named("schema.Subscription");

    private static final DescribedPredicate<JavaClass> PUBLIC =
            describe("public", type -> type.getModifiers().contains(JavaModifier.PUBLIC));

    private FormWalls() {}

    static List<Wall> all() {
        return List.of(
                Wall.of(
                        "No package is a drawer for odds and ends",
                        noClasses()
                                .should()
                                .resideInAnyPackage(
                                        "..util..",
                                        "..utils..",
                                        "..common..",
                                        "..helper..",
                                        "..helpers..",
                                        "..manager..",
                                        "..misc..",
                                        "..impl.."),
                        Anything.class),
                Wall.of(
                        "No class is named after nothing",
                        noClasses()
                                .should()
                                .haveNameMatching(".*(Utils?|Common|Managers?|Impl|Helpers?|Abstract\\w+)(\\$.*)?"),
                        Forms.NameUtils.class,
                        Forms.NameImpl.class,
                        Forms.NameManager.class,
                        Forms.AbstractName.class),
                Wall.of(
                        "An agent is called an agent",
                        noClasses()
                                .that(WRITTEN)
                                .should()
                                .haveNameMatching(".*[.$]([A-Z]\\w*)?(User|Account|Principal|Bot)([A-Z]\\w*)?"),
                        Forms.UserName.class,
                        Forms.RobotPrincipal.class),
                Wall.of(
                        "A class is final, unless several others are made of it",
                        classes()
                                .that(WRITTEN.and(not(JavaClass.Predicates.INTERFACES)))
                                .should()
                                .haveModifier(JavaModifier.FINAL)
                                .orShould(be(describe(
                                        "made several of",
                                        type -> type.getModifiers().contains(JavaModifier.ABSTRACT)
                                                && type.getSubclasses().size() > 1))),
                        Forms.Open.class,
                        Forms.AbstractName.class),
                Wall.of(
                        "An interface is a function's, or has two implementations",
                        classes()
                                .that(JavaClass.Predicates.INTERFACES.and(not(describe(
                                        "annotations or package-info",
                                        type -> type.isAnnotation() || !WRITTEN.test(type)))))
                                .should(be(describe(
                                        "a function's or implemented twice",
                                        type -> type.getAllSubclasses().size() > 1
                                                || type.getMethods().stream()
                                                                .filter(method -> method.getModifiers()
                                                                        .contains(JavaModifier.ABSTRACT))
                                                                .count()
                                                        == 1))),
                        Forms.Interface.class),
                Wall.of(
                        "What needs more than five things to be made is two classes",
                        noConstructors()
                                .that()
                                .areDeclaredInClassesThat(not(describe("records", JavaClass::isRecord)))
                                .should(be(describe(
                                        "longer than " + MOST_PARAMETERS,
                                        (JavaConstructor made) ->
                                                made.getRawParameterTypes().size() > MOST_PARAMETERS))),
                        Forms.SixThings.class),
                Wall.of(
                        "A class is public for another package, or because it is a main",
                        classes()
                                .that(PUBLIC.and(not(called("Main")))
                                        .and(not(FOR_TESTS))
                                        .and(not(FOR_CONSUMERS)))
                                .should(be(describe(
                                        "used in another package or shown to one",
                                        type -> users(type).anyMatch(user -> !isBeside(user, type)) || isShown(type)))),
                        Forms.NeedlesslyPublic.class),
                Wall.of(
                        "What nobody calls is not there",
                        methods()
                                .that(describe("are written to be called", FormWalls::isForCalling))
                                .should(be(describe("called", (JavaMethod method) -> !method.getAccessesToSelf()
                                        .isEmpty()))),
                        Forms.Uncalled.class));
    }

    /**
     * A main is for the shell, a subscription for an installation's own programs, what overrides is for the library, a record's parts are for JSON too, and what stops and
     * starts a server is for tests of what happens then.
     */
    private static boolean isForCalling(JavaMethod method) {
        JavaClass owner = method.getOwner();
        return !method.getModifiers().contains(JavaModifier.SYNTHETIC)
                && !method.getName().equals("main")
                && !FOR_CONSUMERS.test(owner)
                && !(owner.isRecord() && method.getRawParameterTypes().isEmpty())
                && !(owner.isEnum() && method.getName().startsWith("value"))
                && !method.getFullName().matches(".*\\.Embedded(Postgres|Redis)Server\\.(restart|daemon)\\(\\)")
                && Stream.concat(owner.getAllRawSuperclasses().stream(), owner.getAllRawInterfaces().stream())
                        .flatMap(above -> above.getMethods().stream())
                        .noneMatch(above -> above.getName().equals(method.getName()));
    }

    private static Stream<JavaClass> users(JavaClass type) {
        return type.getDirectDependenciesToSelf().stream().map(Dependency::getOriginClass);
    }

    /** Whether a public class beside it takes it or gives it away in a public method. */
    private static boolean isShown(JavaClass type) {
        return users(type)
                .filter(user -> isBeside(user, type) && PUBLIC.test(user))
                .flatMap(user -> user.getMethods().stream())
                .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
                .anyMatch(method ->
                        method.getReturnType().getAllInvolvedRawTypes().contains(type)
                                || method.getRawParameterTypes().contains(type));
    }

    private static boolean isBeside(JavaClass one, JavaClass other) {
        return one.getPackageName().equals(other.getPackageName());
    }
}
