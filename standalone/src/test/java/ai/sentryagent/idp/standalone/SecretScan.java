package ai.sentryagent.idp.standalone;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Knows every secret and token that went over the wire, and finds them, and what has their shape, where they must not be. */
final class SecretScan {
    private static final Pattern SHAPE = Pattern.compile("sk_live_[0-9A-Za-z]{4,}|eyJ[A-Za-z0-9_-]{16,}");

    /** An id in the place of a secret is one of the attacks. */
    private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    /** Shorter ones are what attackers made up, and words. */
    private static final int SHORTEST = 24;

    /** How much of a secret is looked for first, because there are thousands. */
    private static final int START = 16;

    private static final int SHOWN = 9;

    private final Set<String> known = ConcurrentHashMap.newKeySet();

    /** A client's secret or a token, as it was handed out or presented. */
    void learn(String secret) {
        if (secret.length() < SHORTEST || ID.matcher(secret).matches()) {
            return;
        }
        keep(secret);
        for (String part : secret.split("[. ,]", -1)) {
            if (part.length() >= SHORTEST) {
                keep(part); // a token's signature alone would do, and so would its claims
            }
        }
        if (secret.startsWith("sk_live_")) {
            keep(secret.substring("sk_live_".length()));
        }
    }

    /** Attackers make secrets and signatures of zeros, which are the hash of a log without events too. */
    private void keep(String secret) {
        if (secret.chars().distinct().count() > 1) {
            known.add(secret);
        }
    }

    /** What stands behind Basic or Bearer, and what is in it. */
    void learnHeader(String authorization) {
        String shown = authorization.replaceFirst("^\\S+\\s+", "");
        learn(shown);
        try {
            String pair = new String(Base64.getDecoder().decode(shown), StandardCharsets.UTF_8);
            learn(pair.substring(pair.indexOf(':') + 1));
        } catch (IllegalArgumentException e) {
            learn(authorization);
        }
    }

    int size() {
        return known.size();
    }

    /** What was found and where; the secret itself is not shown whole. */
    List<String> leaks(Map<String, String> places) {
        Map<String, List<String>> byStart =
                known.stream().collect(Collectors.groupingBy(secret -> secret.substring(0, START)));
        List<String> leaks = new ArrayList<>();
        places.forEach((place, text) -> {
            for (int at = 0; at + START <= text.length(); at++) {
                for (String secret : byStart.getOrDefault(text.substring(at, at + START), List.of())) {
                    if (text.startsWith(secret, at)) {
                        leaks.add(place + ": " + shown(secret));
                    }
                }
            }
            Matcher shapes = SHAPE.matcher(text);
            while (shapes.find()) {
                leaks.add(place + ": " + shown(shapes.group()));
            }
        });
        return leaks;
    }

    private static String shown(String secret) {
        return secret.substring(0, Math.min(SHOWN, secret.length())) + "…";
    }
}
