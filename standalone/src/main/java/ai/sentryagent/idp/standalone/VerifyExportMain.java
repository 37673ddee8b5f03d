package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.audit.ExportCheck;
import ai.sentryagent.idp.schema.audit.Checkpoint;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code agentidp audit verify}: checks an export of the audit log, with no server and no database. */
public final class VerifyExportMain {
    private static final int WRONG = 1;
    private static final int MISUSED = 2;
    private static final String KEY = "--key";
    private static final String COMPLETE = "--complete";

    private VerifyExportMain() {}

    /** Exits with 0 when the export proves what it says, 1 when it does not or lacks what it
     * should hold, and 2 when it was not told what to check. */
    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments)));
    }

    private static int run(List<String> arguments) {
        List<String> files = new ArrayList<>();
        Optional<String> key = Optional.empty();
        boolean complete = false;
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.startsWith(KEY + "=")) {
                key = Optional.of(argument.substring(KEY.length() + 1));
            } else if (argument.equals(KEY) && i + 1 < arguments.size()) {
                key = Optional.of(arguments.get(++i));
            } else if (argument.equals(COMPLETE)) {
                complete = true;
            } else if (argument.startsWith("-") && !argument.equals("-")) {
                return misused("unknown argument " + argument);
            } else {
                files.add(argument);
            }
        }
        if (files.size() != 1) {
            return misused("name one export, or - for standard input");
        }
        ExportCheck check;
        try {
            check = new ExportCheck(key.isPresent() ? Optional.of(read(key.get())) : Optional.empty());
        } catch (IOException e) {
            return misused("the key " + key.orElseThrow() + " cannot be read");
        } catch (IllegalArgumentException e) {
            return misused("the key " + key.orElseThrow() + " " + e.getMessage());
        }
        return verify(files.get(0), check, key.isPresent(), complete);
    }

    private static int verify(String file, ExportCheck check, boolean pinned, boolean complete) {
        try (InputStream in = file.equals("-") ? System.in : new FileInputStream(file);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                check.line(line);
            }
            ExportCheck.Findings found = check.findings();
            long skipped = found.checkpoint().treeSize() - found.events();
            if (complete && skipped > 0) {
                System.err.println("NOT COMPLETE: of " + found.checkpoint().treeSize() + " events " + skipped
                        + " are not in this export: " + places(found));
                return WRONG;
            }
            report(found, pinned);
            return 0;
        } catch (IOException e) {
            return misused(file + " cannot be read: " + e.getMessage());
        } catch (ExportCheck.Broken broken) {
            System.err.println("NOT VERIFIED: " + broken.getMessage());
            return WRONG;
        }
    }

    private static void report(ExportCheck.Findings found, boolean pinned) {
        Checkpoint checkpoint = found.checkpoint();
        System.out.println("VERIFIED: " + found.events() + " events of the audit log of " + checkpoint.issuer());
        System.out.println("  not in it   " + places(found));
        if (found.events() > 0) {
            System.out.println("  places      " + found.first() + " to " + found.last());
            System.out.println("  from        " + found.from());
            System.out.println("  to          " + found.to());
        }
        System.out.println("  checkpoint  " + checkpoint.treeSize() + " events at " + checkpoint.timestamp() + ", root "
                + checkpoint.rootHash());
        System.out.println("  key         " + checkpoint.keyId()
                + (pinned ? ", the one you named" : ", which the export brought along: name yours with --key"));
    }

    /** Whoever holds the file can put a skip in the place of an event, so every one of them is counted. */
    private static String places(ExportCheck.Findings found) {
        return found.before() + found.skipped() + found.after() == 0
                ? "none missing"
                : found.before() + " places before the first event, " + found.skipped() + " between, " + found.after()
                        + " after the last";
    }

    private static String read(String file) throws IOException {
        return Files.readString(Path.of(file));
    }

    private static int misused(String what) {
        System.err.println("agentidp: " + what);
        System.err.println("usage: ./agentidp audit verify FILE [--key PUBLIC.pem] [--complete]");
        return MISUSED;
    }
}
