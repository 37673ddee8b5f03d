package ai.sentryagent.idp.standalone.cluster;

import ai.sentryagent.idp.standalone.CachingVerifier;
import ai.sentryagent.idp.standalone.Patience;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.sql.SQLException;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Is shown young tokens without end, and believes its copy of the keys for as long as it may. */
final class ResourceServer implements AutoCloseable {
    private final Queue<String> refused = new ConcurrentLinkedQueue<>();
    private final Set<String> keys = ConcurrentHashMap.newKeySet();
    private final Set<String> known = new HashSet<>();
    private final Sender sender = new Sender();
    private final Thread shows;
    private volatile boolean stopped;

    ResourceServer(TwoOfEach cluster) throws SQLException {
        String administrator = cluster.administrator();
        CachingVerifier verifier = new CachingVerifier(cluster.urls().get(0));
        this.shows = new Thread(() -> {
            while (!stopped) {
                Sent sent =
                        sender.token(cluster.urls().get(0), administrator, RunningCluster.ADMIN_SECRET, "tokens:read");
                if (sent.isGood()) {
                    show(verifier, sent.text("access_token"));
                }
            }
        });
        shows.start();
    }

    /** What it has not accepted. */
    List<String> refused() {
        return new ArrayList<>(refused);
    }

    /** Waits for a token of a key that was not seen before this was last asked. */
    void untilAnotherKeySigns() {
        Patience.until("another key", () -> Set.copyOf(keys), seen -> !known.containsAll(seen));
        known.addAll(keys);
    }

    @Override
    public void close() {
        stopped = true;
        try {
            shows.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void show(CachingVerifier verifier, String token) {
        try {
            String kid = SignedJWT.parse(token).getHeader().getKeyID();
            if (!verifier.accepts(token)) {
                refused.add(kid);
            }
            keys.add(kid);
        } catch (IOException | InterruptedException | ParseException | JOSEException e) {
            refused.add(e.toString());
        }
    }
}
