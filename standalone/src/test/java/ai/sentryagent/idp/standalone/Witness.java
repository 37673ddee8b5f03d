package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import ai.sentryagent.idp.standalone.dev.Sql;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Sees what a product is sent, answers, prints, logs and stores, so that in the end all of it can be looked through. */
final class Witness implements AutoCloseable {
    private static final List<String> SCHEMAS = List.of("agents", "credentials", "tokens", "audit");

    /** Facts leave the outboxes again, so each that comes is noted. */
    private static final String NOTE_FACTS =
            """
            CREATE TABLE public.noted (fact text);
            CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
                'BEGIN INSERT INTO public.noted VALUES (to_jsonb(NEW)::text); RETURN NULL; END';
            """;

    private static final String NOTE_THOSE_OF =
            "CREATE TRIGGER noted AFTER INSERT ON %s.outbox FOR EACH ROW EXECUTE FUNCTION public.note();";

    private final SecretScan scan = new SecretScan();
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();
    private final CapturedLog log = CapturedLog.listening();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;

    Witness() {
        System.setOut(new PrintStream(new Both(out, printed), true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(new Both(err, printed), true, StandardCharsets.UTF_8));
    }

    static void noteFacts(String database) throws SQLException {
        Sql.update(database, NOTE_FACTS);
        for (String schema : SCHEMAS) {
            Sql.update(database, NOTE_THOSE_OF.formatted(schema));
        }
    }

    SecretScan scan() {
        return scan;
    }

    void saw(Map<String, String> headers, String body, Reply reply) {
        headers.forEach((name, value) -> {
            if (name.equalsIgnoreCase("authorization")) {
                scan.learnHeader(value);
            }
        });
        for (String pair : body.split("&", -1)) {
            if (pair.matches("(client_secret|token)=[^%]*(%[0-9A-Fa-f]{2}[^%]*)*")) {
                scan.learn(URLDecoder.decode(pair.substring(pair.indexOf('=') + 1), StandardCharsets.UTF_8));
            }
        }
        scan.learn(reply.text("access_token"));
        scan.learn(reply.text("clientSecret"));
        if (reply.status() >= 400) {
            sawError(reply.headers() + " " + reply.json());
        }
    }

    void sawError(String answer) {
        errors.add(answer);
    }

    /** Everything that was written down anywhere, by the name of the place. */
    Map<String, String> places(String database, Management management) throws SQLException {
        Map<String, String> places = new LinkedHashMap<>();
        places.put("the log", log.text());
        places.put("stdout and stderr", printed.toString(StandardCharsets.UTF_8));
        places.put("the answers that refuse", String.join("\n", errors));
        places.put("/metrics", management.get("/metrics").json().asText());
        places.put("the audit log", audit(management));
        places.put("the outboxes", String.join("\n", Sql.selectAll(database, "SELECT fact FROM public.noted")));
        for (String table : Sql.selectAll(
                database,
                "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('"
                        + String.join("','", SCHEMAS) + "')")) {
            places.put(table, String.join("\n", Sql.selectAll(database, "SELECT t::text FROM " + table + " t")));
        }
        return places;
    }

    private static String audit(Management management) {
        StringBuilder events = new StringBuilder();
        String more = "";
        do {
            Reply page = management.get("/api/v1/audit?limit=100" + more);
            events.append(page.json());
            more = page.text("nextCursor").isEmpty() ? "" : "&cursor=" + page.text("nextCursor");
        } while (!more.isEmpty());
        return events.toString().replaceAll("\"nextCursor\":\"[^\"]*\"", "");
    }

    @Override
    public void close() {
        System.setOut(out);
        System.setErr(err);
        log.ignore();
    }

    /** Writes to two places. */
    private static final class Both extends OutputStream {
        private final OutputStream one;
        private final OutputStream other;

        Both(OutputStream one, OutputStream other) {
            this.one = one;
            this.other = other;
        }

        @Override
        public void write(int b) throws IOException {
            one.write(b);
            other.write(b);
        }
    }
}
