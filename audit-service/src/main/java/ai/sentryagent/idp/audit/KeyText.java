package ai.sentryagent.idp.audit;

import java.util.Base64;

/** Keys in PEM (RFC 7468), with line ends or with {@code \n} in their place, as environment files need it. */
final class KeyText {
    private static final int LINE = 64;

    private KeyText() {}

    /** The bytes in it, or an IllegalArgumentException with this message. */
    static byte[] read(String pem, String label, String message) {
        String text = pem.replace("\\n", "\n").strip();
        String begin = "-----BEGIN " + label + "-----";
        String end = "-----END " + label + "-----";
        if (!text.startsWith(begin) || !text.endsWith(end) || text.length() < begin.length() + end.length()) {
            throw new IllegalArgumentException(message);
        }
        return Base64.getMimeDecoder().decode(text.substring(begin.length(), text.length() - end.length()));
    }

    static String write(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label
                + "-----\n";
    }
}
