package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.Wire;
import ai.sentryagent.idp.schema.audit.ExportAudit;
import ai.sentryagent.idp.schema.audit.ExportAudit.Place;
import ai.sentryagent.idp.schema.audit.ExportPage;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The log on its way out, a page at a time: nothing is held between one page and the next. */
final class AuditExporter {
    private static final int PAGE = 500;

    /** What clients had written into the events of one page, in characters; a page is held for each who reads. */
    private static final int PAGE_SAYS = 256 * 1024;

    private final Database database;
    private final Tables tables;
    private final Checkpointer checkpointer;

    AuditExporter(Database database, Tables tables, Checkpointer checkpointer) {
        this.database = database;
        this.tables = tables;
        this.checkpointer = checkpointer;
    }

    Future<ExportPage> page(Caller caller, ExportAudit question) {
        Place after = question.after();
        return new MovingBeginning(database, tables)
                .part(
                        after == null ? null : after.boundary(),
                        boundary -> after == null
                                ? first(question, boundary)
                                : page(question, after, after.next(), List.of()));
    }

    /** What is written from now on is not part of it: the newest checkpoint holds all that is there. */
    private Future<ExportPage> first(ExportAudit question, long boundary) {
        AuditTable.Window window = window(question);
        return tables.log()
                .head(database.client())
                .compose(head -> checkpointer.covering(head.sequence()))
                .compose(signed -> {
                    long size = signed.checkpoint().treeSize();
                    ExportLines.Line begin = new ExportLines.Begin(
                            "begin",
                            ExportLines.FORMAT,
                            signed.checkpoint().issuer(),
                            question.from(),
                            question.until(),
                            size);
                    return span(window, size)
                            .compose(span -> page(
                                    question,
                                    new Place(size, 0, span.last(), 0, boundary),
                                    span.first() - 1,
                                    List.of(begin)));
                });
    }

    private Future<AuditTable.Span> span(AuditTable.Window window, long size) {
        return window.from() == null && window.until() == null
                ? Future.succeededFuture(new AuditTable.Span(1, size))
                : tables.log()
                        .span(database.client(), window, 0, size)
                        .map(found -> found.orElse(new AuditTable.Span(1, 0)));
    }

    /** @param after the place after which events are looked for */
    private Future<ExportPage> page(ExportAudit question, Place place, long after, List<ExportLines.Line> begun) {
        return tables.log()
                .export(database.client(), window(question), after, place.last(), PAGE)
                .compose(found -> {
                    List<ChainedEvent> events = onAPage(found);
                    List<MerkleTree.Range> skipped = new ArrayList<>();
                    long next = place.next();
                    for (ChainedEvent event : events) {
                        skipped.add(new MerkleTree.Range(next, event.sequence() - 1));
                        next = event.sequence();
                    }
                    boolean isLast = found.size() < PAGE && events.size() == found.size();
                    if (isLast) {
                        skipped.add(new MerkleTree.Range(next, place.treeSize()));
                    }
                    long end = next;
                    return lines(events, skipped).compose(lines -> {
                        lines.addAll(0, begun);
                        Place reached = new Place(
                                place.treeSize(), end, place.last(), place.events() + events.size(), place.boundary());
                        return isLast
                                ? end(reached).map(line -> {
                                    lines.add(line);
                                    return new ExportPage(text(lines), null);
                                })
                                : Future.succeededFuture(new ExportPage(text(lines), reached));
                    });
                });
    }

    private static List<ChainedEvent> onAPage(List<ChainedEvent> found) {
        int said = 0;
        for (int i = 0; i < found.size(); i++) {
            said += Wire.text(found.get(i).event().metadata()).length();
            if (said > PAGE_SAYS) {
                return found.subList(0, i + 1);
            }
        }
        return found;
    }

    /** @param skipped before each event, and perhaps after the last */
    private Future<List<ExportLines.Line>> lines(List<ChainedEvent> events, List<MerkleTree.Range> skipped) {
        List<Subtree> nodes =
                skipped.stream().flatMap(range -> range.subtrees().stream()).toList();
        return Future.all(tables.tree().hashes(database.client(), nodes), previous(events))
                .map(both -> {
                    Map<Subtree, Buffer> hashes = both.resultAt(0);
                    Map<Long, Buffer> previous = both.resultAt(1);
                    List<ExportLines.Line> lines = new ArrayList<>();
                    for (int i = 0; i < skipped.size(); i++) {
                        MerkleTree.Range range = skipped.get(i);
                        if (range.from() < range.end()) {
                            lines.add(new ExportLines.Skip(
                                    "skip",
                                    range.from(),
                                    range.end(),
                                    range.subtrees().stream()
                                            .map(subtree ->
                                                    SignedCheckpoint.hex(Objects.requireNonNull(hashes.get(subtree))))
                                            .toList()));
                        }
                        if (i < events.size()) {
                            lines.add(line(events.get(i), previous));
                        }
                    }
                    return lines;
                });
    }

    private static ExportLines.Line line(ChainedEvent event, Map<Long, Buffer> previous) {
        Buffer before = previous.get(event.sequence() - 1);
        if (before == null) {
            throw TreeReader.damaged();
        }
        return new ExportLines.Event(
                "event",
                event.sequence(),
                SignedCheckpoint.hex(before),
                SignedCheckpoint.hex(event.hash()),
                event.event());
    }

    /** The hashes of the places before these events, as far as they are not among them. */
    private Future<Map<Long, Buffer>> previous(List<ChainedEvent> events) {
        Map<Long, Buffer> known = new HashMap<>();
        events.forEach(event -> known.put(event.sequence(), event.hash()));
        Long[] missing = events.stream()
                .map(event -> event.sequence() - 1)
                .filter(place -> !known.containsKey(place))
                .toArray(Long[]::new);
        return tables.boundaries()
                .edge(database.client())
                .compose(edge -> tables.log().hashes(database.client(), missing).map(found -> {
                    known.put(edge.place(), edge.hash());
                    known.putAll(found);
                    return known;
                }));
    }

    private Future<ExportLines.Line> end(Place reached) {
        return tables.checkpoints()
                .firstFrom(database.client(), reached.treeSize(), tables.trusted())
                .map(signed -> signed.filter(tables.trusted()::vouchFor)
                        .filter(found -> found.checkpoint().treeSize() == reached.treeSize())
                        .orElseThrow(TreeReader::damaged))
                .map(signed -> new ExportLines.End(
                        "end",
                        reached.events(),
                        signed.checkpoint(),
                        signed.key().published()));
    }

    private static AuditTable.Window window(ExportAudit question) {
        return new AuditTable.Window(question.from(), question.until());
    }

    private static String text(List<ExportLines.Line> lines) {
        return lines.stream().map(line -> Wire.text(line) + "\n").collect(Collectors.joining());
    }
}
