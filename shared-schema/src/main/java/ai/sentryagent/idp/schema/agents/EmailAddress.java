package ai.sentryagent.idp.schema.agents;

import java.util.regex.Pattern;

/**
 * A mailbox as RFC 5321 §4.1.2 writes it: a dot-string and a domain of at least two labels. Left out are the quoted local
 * part and the address literal. The top level is not looked up: {@code admin@agentidp.local} is as good as any.
 */
public final class EmailAddress {
    private static final int LONGEST_LOCAL_PART = 64;
    private static final int LONGEST_DOMAIN = 253;
    private static final Pattern ATOM = Pattern.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+");
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    private EmailAddress() {}

    public static boolean isValid(String text) {
        int at = text.indexOf('@');
        return at > 0 && isLocalPart(text.substring(0, at)) && isDomain(text.substring(at + 1));
    }

    private static boolean isLocalPart(String text) {
        return text.length() <= LONGEST_LOCAL_PART && allMatch(ATOM, text.split("\\.", -1));
    }

    private static boolean isDomain(String text) {
        String[] labels = text.split("\\.", -1);
        return text.length() <= LONGEST_DOMAIN
                && labels.length >= 2
                && allMatch(LABEL, labels)
                && !NUMBER.matcher(labels[labels.length - 1]).matches();
    }

    private static boolean allMatch(Pattern pattern, String[] parts) {
        for (String part : parts) {
            if (!pattern.matcher(part).matches()) {
                return false;
            }
        }
        return true;
    }
}
