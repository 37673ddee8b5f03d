package ai.sentryagent.idp.standalone;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestClassOrder;
import org.junit.jupiter.api.TestInstance;

/** What somebody would try who wants in, or wants more: families of attacks, most of them data, on one running product. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
final class AttacksTest {
    private final Target target = Target.start();

    @AfterAll
    void stop() {
        target.close();
    }

    /** RFC 8725 §2. */
    @Nested
    final class ForgedTokens extends ForgedTokenAttacks {
        ForgedTokens() {
            super(target);
        }
    }

    /** RFC 6749 §2.3.1, RFC 9700 §2.5. */
    @Nested
    final class Authentication extends AuthenticationAttacks {
        Authentication() {
            super(target);
        }
    }

    /** OWASP API1, API3 and API5: what is somebody else's. */
    @Nested
    final class TakeOvers extends TakeOverAttacks {
        TakeOvers() {
            super(target);
        }
    }

    /** RFC 9112 §11: what a proxy and a server could read in two ways. */
    @Nested
    final class RawRequests extends RawRequestAttacks {
        RawRequests() {
            super(target);
        }
    }

    /** What two do at once; {@link RacesProofTest} does it much more often. */
    @Nested
    final class Races extends RaceAttacks {
        Races() {
            super(target, 2);
        }
    }

    /** What is switched off is off everywhere. In the end it withdraws the key that has signed all that the others hold. */
    @Nested
    @Order(Integer.MAX_VALUE - 1)
    final class Off extends OffMeansOff {
        Off() {
            super(target);
        }
    }

    /** What all of them, and all who were attacked, left behind. */
    @Nested
    @Order(Integer.MAX_VALUE)
    final class Afterwards extends NoSecretLeft {
        Afterwards() {
            super(target);
        }
    }
}
