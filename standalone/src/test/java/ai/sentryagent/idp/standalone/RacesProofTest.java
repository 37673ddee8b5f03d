package ai.sentryagent.idp.standalone;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;

/** The races of {@code races.yaml} as often as it takes to see every order. */
@Tag("proof")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RacesProofTest extends RaceAttacks {
    RacesProofTest() {
        super(Target.start(), Integer.getInteger("agentidp.race.rounds", 100));
    }

    @AfterAll
    void stop() {
        raced.close();
    }
}
