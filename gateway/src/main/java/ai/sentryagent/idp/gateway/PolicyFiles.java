package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.runtime.Sha256;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What stands in {@code POLICY_DIR}.
 *
 * @param module {@code authz.wasm}, where it is there
 * @param data the text of each {@code data/NAME.json}, by NAME
 */
record PolicyFiles(Optional<Buffer> module, SortedMap<String, String> data) {
    static final String MODULE = "authz.wasm";
    private static final String JSON = ".json";
    private static final int VERSION_BYTES = 6;

    /** Blocks. Fails with a message for whoever wrote the policy. */
    static PolicyFiles read(Path directory) throws IOException {
        Path module = directory.resolve(MODULE);
        Path data = directory.resolve("data");
        SortedMap<String, String> texts = new TreeMap<>();
        if (Files.isDirectory(data)) {
            List<Path> files;
            try (Stream<Path> all = Files.list(data)) {
                files = all.toList();
            }
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (name.endsWith(JSON)) {
                    texts.put(name.substring(0, name.length() - JSON.length()), Files.readString(file));
                }
            }
        }
        return new PolicyFiles(
                Files.exists(module, LinkOption.NOFOLLOW_LINKS)
                        ? Optional.of(Buffer.buffer(Files.readAllBytes(module)))
                        : Optional.empty(),
                texts);
    }

    /** The first digits of the SHA-256 of all files, those of {@code data} with their names, then the module. */
    String version() {
        MessageDigest digest = Sha256.digest();
        data.forEach((name, text) -> {
            add(digest, name.getBytes(StandardCharsets.UTF_8));
            add(digest, text.getBytes(StandardCharsets.UTF_8));
        });
        module.ifPresent(compiled -> add(digest, compiled.getBytes()));
        return HexFormat.of().formatHex(digest.digest(), 0, VERSION_BYTES);
    }

    /** With its length, so that what stands at the end of one cannot stand at the beginning of the next. */
    private static void add(MessageDigest digest, byte[] part) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
        digest.update(part);
    }
}
