package ai.sentryagent.idp.schema.tokens;

import java.util.List;

/** Every signing key whose tokens may not have expired, youngest first. */
public record Ring(List<RingKey> data) {

    /** The empty question that asks for it. */
    public record Question() {}
}
