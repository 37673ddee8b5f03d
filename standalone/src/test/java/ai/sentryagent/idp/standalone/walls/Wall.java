package ai.sentryagent.idp.standalone.walls;

import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/**
 * What the code must not do.
 *
 * @param planted classes that do it, each of their methods in a way of its own: a rule that does not see them is none
 */
record Wall(String sentence, ArchRule rule, List<Class<?>> planted) {
    static Wall of(String sentence, ArchRule rule, Class<?>... planted) {
        return new Wall(sentence, rule.as(sentence), List.of(planted));
    }

    @Override
    public String toString() {
        return sentence;
    }
}
