package ai.sentryagent.idp.agents.planted;

/** Classes of a form that the house does not build. */
public final class Forms {
    private Forms() {}

    public static final class NameUtils {
        private NameUtils() {}
    }

    public static final class NameImpl {
        private NameImpl() {}
    }

    public static final class NameManager {
        private NameManager() {}
    }

    public abstract static class AbstractName {}

    public static final class UserName {
        private UserName() {}
    }

    public static final class RobotPrincipal {
        private RobotPrincipal() {}
    }

    public static class Open {}

    public interface Interface {
        String one();

        String other();
    }

    public static final class SixThings {
        final int sum;

        SixThings(int one, int two, int three, int four, int five, int six) {
            sum = one + two + three + four + five + six;
        }
    }

    public static final class Uncalled {
        private Uncalled() {}

        static void once() {}
    }

    public static final class NeedlesslyPublic {
        private NeedlesslyPublic() {}
    }
}
