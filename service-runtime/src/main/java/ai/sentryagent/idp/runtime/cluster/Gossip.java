package ai.sentryagent.idp.runtime.cluster;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jgroups.Address;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other members what this one offers, and hears what they do. A member tells all of it at once, to all others
 * when it changes and to whoever asks, and again until each has taken it. Every second it says which version that has, and
 * who does not know that version asks: so whatever was lost on the way, or while there were two clusters, is found. What is
 * said is JSON with one field: {@code offer}, the {@code version} of one, {@code ask}, or {@code taken} with the version.
 */
final class Gossip implements Receiver {
    private static final Logger LOG = LoggerFactory.getLogger(Gossip.class);
    private static final String OFFER = "offer";
    private static final String VERSION = "version";
    private static final String ASK = "ask";
    private static final String TAKEN = "taken";

    private final JChannel channel;
    private final Roster roster;
    private final AtomicBoolean due = new AtomicBoolean();
    private final AtomicBoolean versionIsDue = new AtomicBoolean();

    /** Sending may wait for the network, and what changed is told in the order in which it did. */
    private final ExecutorService speaker = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "cluster-gossip");
        thread.setDaemon(true);
        return thread;
    });

    private volatile Consumer<String> changes = address -> {};

    Gossip(JChannel channel, Roster roster) {
        this.channel = channel;
        this.roster = roster;
        channel.setReceiver(this);
    }

    /** Hears each address whose consumers have changed, in a thread that must not be held up. */
    void onChange(Consumer<String> listener) {
        changes = listener;
    }

    /** There may be something to say. */
    void wake() {
        if (due.compareAndSet(false, true)) {
            try {
                speaker.execute(this::speak);
            } catch (RejectedExecutionException e) {
                LOG.debug("Nothing is told any more: this member has left");
            }
        }
    }

    /** Says which version the offer has that all should know, and the offer itself while somebody waits until all do. */
    void remind() {
        roster.remind();
        versionIsDue.set(true);
        wake();
    }

    /** Says nothing any more. */
    void stop() {
        speaker.shutdownNow();
    }

    @Override
    public void viewAccepted(View view) {
        List<String> members = view.getMembers().stream().map(Gossip::name).toList();
        LOG.atInfo().addKeyValue("members", members).log("The members have changed");
        roster.accept(members);
        wake();
    }

    @Override
    public void receive(Message message) {
        String member = name(message.getSrc());
        try {
            JsonObject said = new JsonObject(
                    new String(message.getArray(), message.getOffset(), message.getLength(), StandardCharsets.UTF_8));
            if (said.containsKey(OFFER)) {
                roster.take(member, Offer.fromJson(said.getJsonObject(OFFER)));
            } else if (said.containsKey(VERSION)) {
                roster.hear(member, said.getLong(VERSION));
            } else if (said.containsKey(TAKEN)) {
                roster.taken(member, said.getLong(TAKEN));
            } else if (said.containsKey(ASK)) {
                roster.ask(member);
            }
            wake();
        } catch (RuntimeException e) {
            LOG.atWarn().addKeyValue("member", member).setCause(e).log("A member said what is not understood");
        }
    }

    private void speak() {
        due.set(false);
        Roster.News news = roster.news();
        news.changed().forEach(address -> tell(() -> changes.accept(address)));
        if (news.offer() != null) {
            send(null, OFFER, news.offer().toJson());
        }
        news.askers().forEach(asker -> send(asker, OFFER, roster.own().toJson()));
        news.toConfirm().forEach((member, version) -> send(member, TAKEN, version));
        news.toAsk().forEach(member -> send(member, ASK, true));
        if (versionIsDue.getAndSet(false)) {
            send(null, VERSION, roster.own().version());
        }
        news.done().forEach(done -> tell(done::succeed));
    }

    /** Whoever is told may fail, and the others are told nevertheless. */
    private static void tell(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("Somebody in this process could not be told what members offer");
        }
    }

    /** To all for null. What does not arrive is said again, or asked for. */
    private void send(@Nullable String member, String field, Object value) {
        try {
            channel.send(
                    member == null ? null : address(member),
                    new JsonObject().put(field, value).toBuffer().getBytes());
        } catch (Exception e) { // of JGroups, when the channel is closing, for one
            LOG.atInfo()
                    .addKeyValue("members", member == null ? "all" : member)
                    .setCause(e)
                    .log("A member was not told");
        }
    }

    static Address address(String member) {
        return UUID.fromString(member);
    }

    private static String name(Address address) {
        return ((UUID) address).toStringLong();
    }
}
