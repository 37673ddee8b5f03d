package ai.sentryagent.idp.gateway.contract;

/**
 * What is wrong with one field.
 *
 * @param field a parameter's name, or the way to a member of the body such as {@code capabilities[2]}; {@code body} for the
 *     body as a whole
 * @param message what is wrong, said so that it reads on from the field's name
 */
public record FieldError(String field, String message) {
    static final String BODY = "body";
    private static final int LONGEST_NAME = 200;

    /** The name may come from the caller, so it is made fit to be written out again. */
    public FieldError {
        StringBuilder readable = new StringBuilder();
        field.codePoints()
                .limit(LONGEST_NAME)
                .forEach(point -> readable.appendCodePoint(writable(point) ? point : '\uFFFD'));
        field = readable.toString();
    }

    private static boolean writable(int codePoint) {
        return !Character.isISOControl(codePoint) && Character.getType(codePoint) != Character.SURROGATE;
    }
}
