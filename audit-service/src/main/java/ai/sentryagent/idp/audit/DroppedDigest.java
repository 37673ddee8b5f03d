package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.Sha256;
import ai.sentryagent.idp.schema.Rounds;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlClient;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * Over what was dropped though it came late, as the signed text of a boundary says: places come in order, each with its hash.
 * There may be as many as a month has events, so they are read a stretch at a time.
 */
final class DroppedDigest {
    private static final int AT_ONCE = 10_000;

    private final DroppedTable table;
    private final MessageDigest digest = Sha256.digest();
    private long last;

    private DroppedDigest(DroppedTable table, long last) {
        this.table = table;
        this.last = last;
    }

    /** Of all places after this one. */
    static Future<Buffer> after(SqlClient client, DroppedTable table, long place) {
        DroppedDigest over = new DroppedDigest(table, place);
        return Rounds.untilLast(() -> over.stretch(client)).map(read -> Buffer.buffer(over.digest.digest()));
    }

    private Future<Boolean> stretch(SqlClient client) {
        return table.next(client, last, AT_ONCE).map(read -> {
            read.forEach(this::add);
            return read.size() < AT_ONCE;
        });
    }

    private void add(DroppedTable.Dropped dropped) {
        last = dropped.sequence();
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, last));
        digest.update(dropped.hash().getBytes());
    }
}
