package ai.sentryagent.idp.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A process and all that descend from it, as Linux tells of them in {@code /proc}. */
final class ProcessTree {
    /** The unit of times in {@code /proc}, the same on every Linux whatever its own clock does. */
    private static final int MILLIS_A_TICK = 10;

    // Places in /proc/PID/stat after the name, which is in parentheses and may hold anything.
    private static final int PARENT = 1;
    private static final int FIRST_TIME = 11;
    private static final int LAST_TIME = 14;

    /**
     * What processes have used so far.
     *
     * @param ticks with what their children have used that have ended
     */
    private record Usage(long parent, long ticks) {}

    private ProcessTree() {}

    /** The processor time of a tree so far, in milliseconds, with that of processes which have ended in it. */
    static long cpuMillis(long root) throws IOException {
        return cpuMillisOfEach(root).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** The same of each process that is in the tree now, by its id. */
    static Map<Long, Long> cpuMillisOfEach(long root) throws IOException {
        Map<Long, Usage> all = all();
        return members(root, all).stream()
                .collect(Collectors.toMap(
                        Function.identity(),
                        pid -> all.getOrDefault(pid, new Usage(0, 0)).ticks() * MILLIS_A_TICK));
    }

    /** The processor time of our children that have ended, in milliseconds. */
    static long endedChildrenMillis() throws IOException {
        String[] fields = fields(Files.readString(Path.of("/proc/self/stat")));
        return (Long.parseLong(fields[LAST_TIME - 1]) + Long.parseLong(fields[LAST_TIME])) * MILLIS_A_TICK;
    }

    /** The resident memory of each process of a tree in MB, the root first, shared pages divided among those who share them or not. */
    static List<Double> memory(long root, boolean divided) throws IOException {
        List<Double> sizes = new ArrayList<>();
        for (long pid : members(root, all())) {
            try {
                sizes.add(Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup")).stream()
                                .filter(line -> line.startsWith(divided ? "Pss:" : "Rss:"))
                                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                                .sum()
                        / 1024.0);
            } catch (IOException e) {
                // It has ended.
            }
        }
        return sizes;
    }

    private static List<Long> members(long root, Map<Long, Usage> all) {
        List<Long> found = new ArrayList<>();
        Deque<Long> open = new ArrayDeque<>(List.of(root));
        while (!open.isEmpty()) {
            long pid = open.pop();
            found.add(pid);
            all.forEach((child, usage) -> {
                if (usage.parent() == pid) {
                    open.push(child);
                }
            });
        }
        return found;
    }

    private static Map<Long, Usage> all() throws IOException {
        Map<Long, Usage> all = new HashMap<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                try {
                    String[] fields = fields(Files.readString(process.resolve("stat")));
                    long ticks = 0;
                    for (int i = FIRST_TIME; i <= LAST_TIME; i++) {
                        ticks += Long.parseLong(fields[i]);
                    }
                    all.put(
                            Long.parseLong(process.getFileName().toString()),
                            new Usage(Long.parseLong(fields[PARENT]), ticks));
                } catch (IOException e) {
                    // It has ended.
                }
            }
        }
        return all;
    }

    private static String[] fields(String stat) {
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    }
}
