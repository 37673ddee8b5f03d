package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a client shows of itself (RFC 6749 §2.3.1), in one way and not two. */
record ClientCredentials(String clientId, String clientSecret) {
    private static final String BASIC = "Basic ";

    /**
     * Reads them from the header or the form.
     *
     * @throws ServiceException VALIDATION_ERROR for two ways at once or half of one, INVALID_CLIENT for a malformed header
     */
    static Optional<ClientCredentials> read(@Nullable String authorization, ObjectNode form) {
        String id = form.path("client_id").textValue();
        String secret = form.path("client_secret").textValue();
        if (authorization != null) {
            if (secret != null) {
                throw invalid("Authenticate in the Authorization header or with client_secret, not both");
            }
            if (!authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
                return Optional.empty();
            }
            ClientCredentials shown =
                    basic(authorization.substring(BASIC.length()).strip());
            if (id != null && !id.equals(shown.clientId())) {
                throw invalid("client_id is not the client of the Authorization header");
            }
            return Optional.of(shown);
        }
        if (id == null && secret == null) {
            return Optional.empty();
        }
        if (id == null || secret == null) {
            throw invalid((id == null ? "client_id" : "client_secret") + " is required");
        }
        return Optional.of(new ClientCredentials(id, secret));
    }

    @Override
    public String toString() {
        return "ClientCredentials[clientId=" + clientId + ", clientSecret=(hidden)]";
    }

    private static ClientCredentials basic(String encoded) {
        try {
            String[] pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8).split(":", 2);
            if (pair.length == 2) {
                return new ClientCredentials(
                        URLDecoder.decode(pair[0], StandardCharsets.UTF_8),
                        URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
            }
        } catch (IllegalArgumentException e) {
            throw new ServiceException(ErrorCode.INVALID_CLIENT, "Client authentication failed");
        }
        throw new ServiceException(ErrorCode.INVALID_CLIENT, "Client authentication failed");
    }

    private static ServiceException invalid(String message) {
        return new ServiceException(ErrorCode.VALIDATION_ERROR, message);
    }
}
