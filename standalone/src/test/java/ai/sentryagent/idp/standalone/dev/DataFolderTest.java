package ai.sentryagent.idp.standalone.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    private final Path temp;

    DataFolderTest(@TempDir Path temp) {
        this.temp = temp;
    }

    @Test
    void onlyTheOwnerCanLookInside() throws IOException {
        try (DataFolder folder = DataFolder.open(temp.resolve("new/data"))) {
            assertThat(permissions(folder.path())).isEqualTo("rwx------");
            assertThat(permissions(folder.write("dev.env", "A=1"))).isEqualTo("rw-------");
            folder.secret("password");
            assertThat(permissions(folder.path().resolve("password"))).isEqualTo("rw-------");
        }
    }

    @Test
    void aFolderThatOthersCouldReadIsClosedToThem() throws IOException {
        Path open = Files.createDirectory(temp.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        DataFolder.open(open).close();
        assertThat(permissions(open)).isEqualTo("rwx------");
    }

    @Test
    void aFolderWithOtherFilesIsLeftAlone() throws IOException {
        Path file = Files.writeString(temp.resolve("letter.txt"), "dear");
        assertThatThrownBy(() -> DataFolder.open(temp))
                .isInstanceOf(DevException.class)
                .hasMessageContaining("agentidp dev did not make");
        assertThat(temp).isDirectoryContaining(path -> path.equals(file));
        assertThat(temp.toFile().list()).hasSize(1);
    }

    @Test
    void aFileIsNoFolder() throws IOException {
        Path file = Files.writeString(temp.resolve("letter.txt"), "dear");
        assertThatThrownBy(() -> DataFolder.open(file))
                .isInstanceOf(DevException.class)
                .hasMessageContaining("is not a folder");
    }

    @Test
    void aFolderThatCannotBeMadeIsNamed() throws IOException {
        Path below = Files.writeString(temp.resolve("letter.txt"), "dear").resolve("data");
        Path dangling = Files.createSymbolicLink(temp.resolve("dangling"), temp.resolve("nowhere/at/all"));
        for (Path impossible : new Path[] {below, dangling}) {
            assertThatThrownBy(() -> DataFolder.open(impossible))
                    .isInstanceOf(DevException.class)
                    .hasMessageContaining("The folder " + impossible + " cannot be made")
                    .hasMessageContaining("name another with --data");
        }
    }

    @Test
    void aLinkToAFolderIsThatFolder() throws IOException {
        Path target = Files.createDirectory(temp.resolve("target"));
        try (DataFolder folder = DataFolder.open(Files.createSymbolicLink(temp.resolve("link"), target))) {
            assertThat(folder.path()).isEqualTo(target.toRealPath());
        }
    }

    @Test
    void whoComesSecondIsTurnedAwayUntilTheFirstHasGone() throws IOException {
        try (DataFolder first = DataFolder.open(temp)) {
            for (int again = 0; again < 2; again++) {
                assertThatThrownBy(() -> DataFolder.open(temp))
                        .isInstanceOf(DevException.class)
                        .hasMessageContaining(
                                "Process " + ProcessHandle.current().pid() + " runs agentidp dev")
                        .hasMessageContaining(first.path().toString());
            }
        }
        DataFolder.open(temp).close();
    }

    @Test
    void aSecretIsRandomAndStaysTheSame() throws IOException {
        String secret;
        try (DataFolder folder = DataFolder.open(temp)) {
            secret = folder.secret("a");
            assertThat(secret).matches("[0-9a-f]{64}");
            assertThat(folder.secret("b")).isNotEqualTo(secret);
        }
        try (DataFolder folder = DataFolder.open(temp)) {
            assertThat(folder.secret("a")).isEqualTo(secret);
        }
    }

    @Test
    void clearingForgetsDataAndNothingOutside() throws IOException {
        Path outside =
                Files.writeString(Files.createDirectory(temp.resolve("outside")).resolve("letter.txt"), "dear");
        try (DataFolder folder = DataFolder.open(temp.resolve("data"))) {
            folder.write("dev.env", "A=1");
            Files.writeString(
                    Files.createDirectories(folder.path().resolve("a/b")).resolve("c"), "data");
            Files.createSymbolicLink(folder.path().resolve("link"), outside.resolveSibling("."));
            Path program = Files.writeString(folder.programs().folder().resolve("program"), "unpacked");
            folder.clear();
            assertThat(folder.path().toFile().list())
                    .containsExactlyInAnyOrder("agentidp-dev", ".gitignore", "programs");
            assertThat(program).exists();
        }
        assertThat(outside).hasContent("dear");
        DataFolder.open(temp.resolve("data")).close();
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
