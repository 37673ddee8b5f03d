/** Facts leave with their row: written in the transaction that makes them true, sent until acknowledged. */
@NullMarked
package ai.sentryagent.idp.runtime.outbox;

import org.jspecify.annotations.NullMarked;
