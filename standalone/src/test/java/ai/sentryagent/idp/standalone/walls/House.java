package ai.sentryagent.idp.standalone.walls;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Optional;
import java.util.Set;

/** The rooms of the product, and who is who in them. */
final class House {
    static final String BASE = "ai.sentryagent.idp.";
    static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("ai.sentryagent.idp");

    private static final Set<String> ROOMS =
            Set.of("agents", "credentials", "tokens", "audit", "gateway", "standalone");

    private House() {}

    /** The room that a class is in; empty for the contract, the runtime and everybody else's code. */
    static Optional<String> room(JavaClass type) {
        return ROOMS.stream()
                .filter(room -> (type.getPackageName() + ".").startsWith(BASE + room + "."))
                .findFirst();
    }

    static DescribedPredicate<JavaClass> in(String... packages) {
        String[] whole = new String[packages.length];
        for (int i = 0; i < packages.length; i++) {
            whole[i] = BASE + packages[i];
        }
        return JavaClass.Predicates.resideInAnyPackage(whole);
    }

    /** Classes of the house by their names below the base package, with everything inside them. */
    static DescribedPredicate<JavaClass> named(String... names) {
        Set<String> wanted = Set.of(names);
        return DescribedPredicate.describe(
                "named " + wanted,
                type -> type.getName().startsWith(BASE)
                        && wanted.contains(outermost(type).getName().substring(BASE.length())));
    }

    /** {@code AgentTable} is a Table, and so is what stands inside it. */
    static DescribedPredicate<JavaClass> called(String ending) {
        return DescribedPredicate.describe(
                "a " + ending,
                type -> type.getName().startsWith(BASE)
                        && outermost(type).getSimpleName().endsWith(ending));
    }

    static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(House::outermost).orElse(type);
    }
}
