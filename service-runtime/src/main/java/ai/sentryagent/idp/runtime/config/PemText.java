package ai.sentryagent.idp.runtime.config;

import java.util.Base64;

/** Keys and certificates as text (RFC 7468). */
public final class PemText {
    private static final int LINE = 64;

    private PemText() {}

    /** With line ends where {@code \n} stands in their place, as environment files need it. */
    public static String lines(String pem) {
        return pem.replace("\\n", "\n");
    }

    /**
     * The bytes of the one thing in it, or an IllegalArgumentException with this message.
     *
     * @param label such as {@code PRIVATE KEY}
     */
    public static byte[] read(String pem, String label, String message) {
        String text = lines(pem).strip();
        String begin = "-----BEGIN " + label + "-----";
        String end = "-----END " + label + "-----";
        if (!text.startsWith(begin) || !text.endsWith(end) || text.length() < begin.length() + end.length()) {
            throw new IllegalArgumentException(message);
        }
        try {
            return Base64.getMimeDecoder().decode(text.substring(begin.length(), text.length() - end.length()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(message, e);
        }
    }

    /**
     * What stands in a file of this kind.
     *
     * @param label such as {@code PRIVATE KEY}
     */
    public static String write(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label
                + "-----\n";
    }
}
