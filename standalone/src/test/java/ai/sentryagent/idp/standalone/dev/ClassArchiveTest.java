package ai.sentryagent.idp.standalone.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether the JVM in fact takes what it has made. */
final class ClassArchiveTest {
    private static final List<String> OPTIONS = List.of("-XX:+UseSerialGC");

    private final Path folder;
    private final Path jar;

    ClassArchiveTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        jar = folder.resolve("hello.jar");
        String entry = Hello.class.getName().replace('.', '/') + ".class";
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                InputStream compiled = Hello.class.getResourceAsStream("/" + entry)) {
            out.putNextEntry(new JarEntry(entry));
            compiled.transferTo(out);
        }
    }

    /** The program. */
    static final class Hello {
        private Hello() {}

        public static void main(String[] arguments) {
            System.out.println("Hello, " + arguments[0]);
        }
    }

    private String run(List<String> options) throws IOException {
        List<String> command = Stream.of(
                        List.of(ClassArchive.java()),
                        OPTIONS,
                        options,
                        List.of("-Xlog:class+load", "-cp", jar.toString(), Hello.class.getName(), "world"))
                .flatMap(List::stream)
                .toList();
        Command java = Command.run(folder, command);
        assertThat(java.succeeded()).as(java.output()).isTrue();
        return java.output()
                .lines()
                .filter(line -> line.contains(Hello.class.getName() + " "))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aRunTakesItsClassesFromTheArchive() throws IOException {
        ClassArchive archive = new ClassArchive(jar, "hello", OPTIONS);
        archive.rehearse(Hello.class, "archive");
        archive.make();
        assertThat(run(List.of())).contains("source: file:");
        assertThat(run(List.of("-XX:SharedArchiveFile=" + archive.file()))).contains("source: shared objects file");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactlyInAnyOrder(jar, archive.file());
        }
    }

    @Test
    void whatCannotBeRehearsedIsSaid() {
        ClassArchive archive = new ClassArchive(jar.resolveSibling("another.jar"), "hello", OPTIONS);
        assertThatThrownBy(() -> archive.rehearse(Hello.class, "archive"))
                .isInstanceOf(DevException.class)
                .hasMessageContaining("another.jar");
    }

    @Test
    void eachProcessOfAClusterTakesItsOwn() {
        List<String> gateway = List.of(
                "-Xmx256m",
                "-XX:SharedArchiveFile=/home/gateway/target/gateway-25.jsa",
                "-XX:DumpLoadedClassList=gateway.classes",
                "-XX:HeapDumpPath=/var/gateway-dumps/x",
                "-Dfile=/gateway-25.jsa");
        assertThat(ClassArchive.optionsOf("token-service", gateway))
                .containsExactly(
                        "-Xmx256m",
                        "-XX:SharedArchiveFile=/home/gateway/target/token-service-25.jsa",
                        "-XX:DumpLoadedClassList=token-service.classes",
                        "-XX:HeapDumpPath=/var/gateway-dumps/x",
                        "-Dfile=/gateway-25.jsa");
        assertThat(ClassArchive.optionsOf("gateway", gateway)).isEqualTo(gateway);
    }
}
