package ai.sentryagent.idp.standalone.walls;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import java.util.List;

/**
 * Methods, constructors ({@code <init>}) and fields of a type, called on it or on any type below it, or referred to.
 *
 * @param names a regular expression
 */
record Calls(Class<?> owner, String names) {
    static Calls to(Class<?> owner, String names) {
        return new Calls(owner, names);
    }

    static DescribedPredicate<JavaAccess<?>> any(Calls... calls) {
        List<Calls> all = List.of(calls);
        return DescribedPredicate.describe(
                "one of " + all, access -> all.stream().anyMatch(one -> one.isMadeBy(access)));
    }

    private boolean isMadeBy(JavaAccess<?> access) {
        return access.getTargetOwner().isAssignableTo(owner) && access.getName().matches(names);
    }
}
