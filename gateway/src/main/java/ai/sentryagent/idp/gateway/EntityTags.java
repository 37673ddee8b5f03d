package ai.sentryagent.idp.gateway;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What a condition names (RFC 9110 §13.1). That it is well-formed the contract has seen to; a tag that is none of ours
 * matches nothing.
 *
 * @param any what {@code *} stands for
 * @param strong revisions
 * @param weak revisions, too: we give no weak tags, but a proxy that changes bodies makes them of ours
 */
record EntityTags(boolean any, List<Long> strong, List<Long> weak) {
    private static final String ANY = "*";
    private static final Pattern OURS = Pattern.compile("(W/)?\"(0|[1-9][0-9]{0,17})\"");

    static String of(long revision) {
        return "\"" + revision + "\"";
    }

    /** Without it, the agent must only be there. */
    static EntityTags ifMatch(Exchange exchange) {
        return read(exchange.parameters().path("If-Match").asText(ANY));
    }

    /** Without it, the agent may be whatever it is. */
    static EntityTags ifNoneMatch(Exchange exchange) {
        return read(exchange.parameters().path("If-None-Match").asText(""));
    }

    private static EntityTags read(String condition) {
        List<MatchResult> tags = OURS.matcher(condition).results().toList();
        return new EntityTags(
                condition.equals(ANY),
                revisions(tags.stream().filter(tag -> tag.group(1) == null).toList()),
                revisions(tags.stream().filter(tag -> tag.group(1) != null).toList()));
    }

    private static List<Long> revisions(List<MatchResult> tags) {
        return tags.stream().map(tag -> Long.valueOf(tag.group(2))).toList();
    }

    boolean isEmpty() {
        return !any && strong.isEmpty() && weak.isEmpty();
    }

    /** RFC 9110 §8.8.3.2: as {@code If-Match} compares. */
    boolean matchStrongly(long revision) {
        return any || strong.contains(revision);
    }

    /** As {@code If-None-Match} does. */
    boolean matchWeakly(long revision) {
        return matchStrongly(revision) || weak.contains(revision);
    }
}
