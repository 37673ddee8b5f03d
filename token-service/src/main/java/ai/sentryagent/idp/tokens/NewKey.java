package ai.sentryagent.idp.tokens;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is put into the ring.
 *
 * @param sealed the private half, where it may be kept
 * @param signsAfter how long it is published before it signs
 * @param verifiableFor how long it can verify once it signs, before somebody has said that it does
 */
record NewKey(SigningKey pair, @Nullable Buffer sealed, Duration signsAfter, Duration verifiableFor) {}
