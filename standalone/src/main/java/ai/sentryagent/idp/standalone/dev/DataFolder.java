package ai.sentryagent.idp.standalone.dev;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder in which development keeps everything it writes. One process holds it at a time, only its owner can look
 * inside, and nothing is deleted in a folder that was not made here.
 */
public final class DataFolder implements AutoCloseable {
    /** Says that a folder is ours, and is what a process locks while it works there. */
    private static final String MARKER = "agentidp-dev";

    /** So that no one commits a secret by accident, wherever the folder stands. */
    private static final String IGNORE = ".gitignore";

    /** Holds no data: a run that starts afresh need not unpack everything again. */
    private static final String PROGRAMS = "programs";

    /** Is open while the folder is cleared. */
    private static final String LOG = "agentidp.log";

    private static final Set<String> NO_DATA = Set.of(MARKER, IGNORE, PROGRAMS, LOG);

    private static final int SECRET_BYTES = 32;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path root;
    private final FileChannel marker;
    private final SecureRandom random = new SecureRandom();

    private DataFolder(Path root, FileChannel marker) {
        this.root = root;
        this.marker = marker;
    }

    /**
     * Makes the folder, or takes the one that an earlier run made.
     *
     * @throws DevException if it is somebody else's, or another process works in it
     */
    public static DataFolder open(Path path) throws IOException {
        Path wanted = path.toAbsolutePath().normalize();
        if (Files.exists(wanted) && !Files.isDirectory(wanted)) {
            throw new DevException(wanted + " is not a folder: name another with --data");
        }
        Path root = existing(wanted);
        if (!isOurs(root)) {
            throw new DevException(root + " belongs to another user: name another folder with --data");
        }
        if (!Files.exists(root.resolve(MARKER)) && !isEmpty(root)) {
            throw new DevException(root + " holds files that agentidp dev did not make, and it stays away from them:"
                    + " name an empty or a new folder with --data");
        }
        Files.setPosixFilePermissions(root, OWNER_ONLY);
        DataFolder folder = new DataFolder(root, lock(root));
        folder.write(IGNORE, "*");
        return folder;
    }

    /** Where the folder is, without symbolic links. */
    public Path path() {
        return root;
    }

    Programs programs() throws IOException {
        return new Programs(existing(root.resolve(PROGRAMS)));
    }

    /** Deletes the data that earlier runs left. */
    public void clear() throws IOException {
        try (Stream<Path> children = Files.list(root)) {
            for (Path child : children.toList()) {
                if (!NO_DATA.contains(String.valueOf(child.getFileName()))) {
                    Tree.delete(child);
                }
            }
        }
    }

    /** A random secret of 256 bits in hex: made at the first call and the same in every run after that. */
    public String secret(String name) throws IOException {
        Path file = root.resolve(name);
        if (!Files.exists(file)) {
            write(name, randomSecret());
        }
        return Files.readString(file).strip();
    }

    String randomSecret() {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Writes a file that only its owner can read. Whoever reads it at the same time sees the old text or the new. */
    public Path write(String name, String text) throws IOException {
        Path fresh = Files.createTempFile(root, name, ".new", PRIVATE_FILE);
        Files.writeString(fresh, text + (text.endsWith("\n") ? "" : "\n"));
        return Files.move(fresh, root.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Lets the next process in. */
    @Override
    public void close() throws IOException {
        marker.close();
    }

    /** Root, too, keeps out of the folders of others: Postgres would run there without root's rights and read nothing. */
    private static boolean isOurs(Path root) throws IOException {
        return ((Number) Files.getAttribute(root, "unix:uid")).longValue() == new UnixSystem().getUid();
    }

    private static Path existing(Path folder) throws IOException {
        // createDirectories alone refuses a symbolic link to a folder before JDK 20.
        try {
            return Files.isDirectory(folder)
                    ? folder.toRealPath()
                    : Files.createDirectories(folder).toRealPath();
        } catch (FileSystemException e) {
            String why = e instanceof AccessDeniedException ? "Permission denied" : String.valueOf(e.getReason());
            throw new DevException("The folder " + folder + " cannot be made (" + why + "): name another with --data");
        }
    }

    private static boolean isEmpty(Path root) throws IOException {
        try (Stream<Path> children = Files.list(root)) {
            return children.findAny().isEmpty();
        }
    }

    private static FileChannel lock(Path root) throws IOException {
        // Not closed on failure: POSIX drops the locks of a process on a file when it closes any channel to it, and
        // the holder may be this very process.
        FileChannel channel = FileChannel.open(
                root.resolve(MARKER),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                PRIVATE_FILE);
        if (!tryLock(channel)) {
            ByteBuffer holder = ByteBuffer.allocate(Long.BYTES * 3);
            channel.read(holder);
            throw new DevException("Process "
                    + StandardCharsets.US_ASCII.decode(holder.flip()).toString().strip()
                    + " runs agentidp dev in " + root + ": stop it first, or name another folder with --data");
        }
        channel.truncate(0);
        channel.write(StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"));
        return channel;
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }
}
