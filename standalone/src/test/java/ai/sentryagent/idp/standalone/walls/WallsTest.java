package ai.sentryagent.idp.standalone.walls;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every wall stands, and is seen to fall on code that was planted to break it. */
final class WallsTest {
    static Stream<Wall> walls() {
        return Stream.of(KnowledgeWalls.all(), CallWalls.all(), FormWalls.all()).flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("walls")
    void itStands(Wall wall) {
        wall.rule().check(House.PRODUCT);
    }

    @ParameterizedTest
    @MethodSource("walls")
    void itSeesWhatBreaksIt(Wall wall) {
        assertThat(wall.planted()).isNotEmpty();
        JavaClasses alone = new ClassFileImporter().importClasses(wall.planted());
        List<String> seen = wall.rule().evaluate(alone).getFailureReport().getDetails();
        for (Class<?> planted : wall.planted()) {
            assertThat(breaches(planted))
                    .allSatisfy(breach -> assertThat(seen).as(breach).anyMatch(line -> line.contains(breach)));
        }
    }

    /** Each method breaks the wall in its own way; a class without methods breaks it by being there. */
    private static List<String> breaches(Class<?> planted) {
        List<String> methods = Stream.of(planted.getDeclaredMethods())
                .filter(method -> !method.isSynthetic() && !planted.isInterface())
                .map(method -> planted.getName() + "." + method.getName() + "(")
                .toList();
        return methods.isEmpty() ? List.of(planted.getName()) : methods;
    }
}
