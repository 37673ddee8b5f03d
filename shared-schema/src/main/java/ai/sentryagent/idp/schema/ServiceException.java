package ai.sentryagent.idp.schema;

import io.vertx.core.eventbus.ReplyException;
import java.util.List;
import java.util.Map;

/**
 * The one expected failure. Its message and details are written for whoever asked, so they never hold SQL, a secret or a
 * token. Anything else that is thrown is a bug.
 */
public final class ServiceException extends RuntimeException {
    private final ErrorCode code;
    private final Map<String, Object> details;

    /** A failure about which there is no more to say than a sentence. */
    public ServiceException(ErrorCode code, String message) {
        this(code, message, Map.of());
    }

    /** A failure with facts for the caller's program; {@code details} are of what JSON knows, and hold no null. */
    public ServiceException(ErrorCode code, String message, Map<String, Object> details) {
        super(message, null, false, false); // an expected answer, not a place in the code: no stack trace to pay for
        this.code = code;
        this.details = Map.copyOf(details);
    }

    /**
     * A request that cannot be taken as it is.
     *
     * @param messages every wrong field and what is wrong with it, said so that it reads on from the field's name
     */
    public static ServiceException invalid(Map<String, String> messages) {
        List<Map<String, String>> errors = messages.entrySet().stream()
                .map(wrong -> Map.of("field", wrong.getKey(), "message", wrong.getValue()))
                .toList();
        return new ServiceException(ErrorCode.VALIDATION_ERROR, "The request is not valid", Map.of("errors", errors));
    }

    /** By which programs decide. */
    public ErrorCode code() {
        return code;
    }

    /** Facts for the caller's program, such as {@code limit} and {@code current}; empty when there are none. */
    public Map<String, Object> details() {
        return details;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    /** Message and details as one text, which is how they travel on the bus beside the code's number. */
    String wording() {
        return Wire.text(new Wording(getMessage(), details));
    }

    /** What the asker sees of a failure of {@link Operation#ask}. */
    static ServiceException ofReply(ReplyException reply, String address) {
        return switch (reply.failureType()) {
            case RECIPIENT_FAILURE -> {
                Wording wording = Wire.parse(String.valueOf(reply.getMessage()), Wording.class);
                yield new ServiceException(
                        ErrorCode.ofNumber(reply.failureCode()), wording.message(), wording.details());
            }
            case TIMEOUT ->
                new ServiceException(
                        ErrorCode.SERVICE_UNAVAILABLE, "The service behind " + address + " did not answer in time");
            default -> new ServiceException(ErrorCode.SERVICE_UNAVAILABLE, "No service answers at " + address);
        };
    }

    private record Wording(String message, Map<String, Object> details) {}
}
