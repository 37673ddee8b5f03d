package ai.sentryagent.idp.runtime;

import java.util.LinkedHashMap;
import java.util.Map;

/** Holds so many entries at most, and forgets the one that was put or asked for longest ago. */
public final class BoundedMap<K, V> extends LinkedHashMap<K, V> {
    private static final int INITIAL_CAPACITY = 16;
    private static final float LOAD_FACTOR = 0.75f;

    private final int most;

    public BoundedMap(int most) {
        super(INITIAL_CAPACITY, LOAD_FACTOR, true);
        this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> leastUsed) {
        return size() > most;
    }
}
