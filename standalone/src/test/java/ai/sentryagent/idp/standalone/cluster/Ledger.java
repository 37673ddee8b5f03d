package ai.sentryagent.idp.standalone.cluster;

import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Everything that was asked of a cluster and what it answered, and what must never be accepted again. */
final class Ledger {
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final List<Dead> dead = new CopyOnWriteArrayList<>();
    private final Set<String> ended = ConcurrentHashMap.newKeySet();

    /** A token that the product has said to be dead. */
    record Dead(String agentId, String token) {}

    void note(Answer answer) {
        answers.add(answer);
    }

    /** The product has done what it must never do. */
    void wrong(String what, Answer answer) {
        wrong.add(what + ": " + answer);
    }

    void bury(Dead token) {
        dead.add(token);
    }

    /** This agent's life was lived to its end. */
    void ended(String agentId) {
        ended.add(agentId);
    }

    List<String> wrongs() {
        return List.copyOf(wrong);
    }

    List<Dead> dead() {
        return dead;
    }

    Set<String> ended() {
        return Set.copyOf(ended);
    }

    Stream<Answer> answers() {
        return answers.stream();
    }

    Stream<Answer> answersTo(String asked) {
        return answers().filter(answer -> answer.asked().equals(asked));
    }
}
