package ai.sentryagent.idp.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** {@code bench/run}: measures who is asked for and prints what has been seen. */
public final class BenchMain {
    private static final int SECRET_BYTES = 32;

    private final Options options;
    private final Folders folders;
    private final Children children;
    private final Results results = new Results();

    private BenchMain(Options options, Folders folders, Children children) {
        this.options = options;
        this.folders = folders;
        this.children = children;
    }

    /** The script tells in system properties where everything is, and who is absent. */
    public static void main(String[] arguments) {
        try {
            Options options = Options.parse(List.of(arguments));
            Folders folders = Folders.ofProperties();
            Children.use(children -> {
                Report report = new BenchMain(options, folders, children)
                        .run(("bench/run " + String.join(" ", arguments)).strip());
                Files.writeString(folders.target().resolve("benchmarks.md"), report.text());
                System.out.print(report.text());
                if (report.missed() > 0) {
                    throw new IOException(report.missed() + " bounds are not met");
                }
            });
        } catch (IllegalArgumentException e) {
            Arguments.refuse(e);
        }
    }

    private Report run(String command) throws IOException {
        List<String> absent = new ArrayList<>();
        List<Contender> contenders = contenders(absent);
        Meter meter = new Meter(new Wrk(children, folders.bench().resolve("wrk/load.lua")), options);
        for (Contender contender : contenders) {
            say("preparing " + contender.name());
            contender.prepare(children);
        }
        for (int round = 1; round <= options.rounds(); round++) {
            say("round " + round + " of " + options.rounds());
            results.add(Machine.measure(folders.target()));
            for (Contender contender : contenders) {
                measure(contender, meter);
            }
        }
        return Report.of(results, contenders, command, absent);
    }

    private void measure(Contender contender, Meter meter) throws IOException {
        try (Running running = contender.start(children)) {
            for (Row row : rows(contender)) {
                say("  " + row + ": " + contender.name());
                results.add(row, contender, meter.measure(running, row));
            }
            results.add(contender, Results.State.of(running));
        }
    }

    private List<Contender> contenders(List<String> absent) throws IOException {
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        String secret = HexFormat.of().formatHex(random);
        List<Contender> all = new ArrayList<>(List.of(
                AgentIdp.of(AgentIdp.ONE, folders),
                AgentIdp.of(AgentIdp.FIVE, folders),
                AgentIdp.of(AgentIdp.ONE_ES256, folders),
                AgentIdp.of(AgentIdp.ONE_TLS, folders),
                new Keycloak(folders, System.getProperty("bench.keycloak", ""), secret)));
        String withoutNode = System.getProperty("bench.node.absent", "");
        if (withoutNode.isEmpty()) {
            all.add(new NodeProvider(folders, secret));
        } else {
            absent.add("node-oidc-provider, because " + withoutNode + ".");
        }
        all.removeIf(contender -> !options.means(contender) || rows(contender).isEmpty());
        return all;
    }

    /** In the order in which they are declared. */
    private List<Row> rows(Contender contender) {
        return contender.rows().stream().filter(options::means).sorted().toList();
    }

    private static void say(String what) {
        System.err.println(what);
    }
}
