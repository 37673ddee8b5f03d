package ai.sentryagent.idp.schema;

/**
 * Every way in which a question can fail. Across a cluster an error survives as a number and a text only, so each code has
 * a number that never changes and is never used again.
 *
 * <p>What each means stands in {@code asyncapi.yaml}, and what the caller's program is told besides in {@link
 * ServiceException#details}. The lower-case names of RFC 6749 §5.2 and RFC 6750 §3.1 are the gateway's affair.
 */
public enum ErrorCode {
    VALIDATION_ERROR(1000, 400),
    UNAUTHORIZED(1001, 401),
    FORBIDDEN(1002, 403),
    FREE_TIER_LIMIT_EXCEEDED(1003, 403),
    NOT_FOUND(1004, 404),
    METHOD_NOT_ALLOWED(1005, 405),
    CONFLICT(1006, 409),
    PRECONDITION_FAILED(1007, 412),
    PAYLOAD_TOO_LARGE(1008, 413),
    UNSUPPORTED_MEDIA_TYPE(1009, 415),
    RATE_LIMIT_EXCEEDED(1010, 429),
    INTERNAL_SERVER_ERROR(1011, 500),
    SERVICE_UNAVAILABLE(1012, 503),

    AGENT_NOT_FOUND(1100, 404),
    AGENT_ALREADY_EXISTS(1101, 409),
    AGENT_ALREADY_DECOMMISSIONED(1102, 409),
    AGENT_NOT_ACTIVE(1103, 409),

    CREDENTIAL_NOT_FOUND(1200, 404),
    CREDENTIAL_ALREADY_REVOKED(1201, 409),

    /** RFC 6749 §5.2: one code for an unknown client and for a wrong, revoked or expired secret. */
    INVALID_CLIENT(1300, 401),
    /** RFC 6749 §5.2: the client is known and its secret right, but its agent is suspended or decommissioned. */
    UNAUTHORIZED_CLIENT(1301, 400),
    UNSUPPORTED_GRANT_TYPE(1302, 400),
    INVALID_SCOPE(1303, 400),

    AUDIT_EVENT_NOT_FOUND(1400, 404),
    SUBSCRIPTION_NOT_FOUND(1401, 404);

    private final int number;
    private final int httpStatus;

    ErrorCode(int number, int httpStatus) {
        this.number = number;
        this.httpStatus = httpStatus;
    }

    /** What travels on the bus. */
    public int number() {
        return number;
    }

    /** The status of the HTTP answer that tells of it. */
    public int httpStatus() {
        return httpStatus;
    }

    /** The code of a number that came over the bus; a number nobody knows is a bug of the other side. */
    public static ErrorCode ofNumber(int number) {
        for (ErrorCode code : values()) {
            if (code.number == number) {
                return code;
            }
        }
        return INTERNAL_SERVER_ERROR;
    }
}
