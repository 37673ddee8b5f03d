/**
 * AgentIdP and its peers, each started as its users start it, loaded by wrk and measured from outside.
 *
 * <p>Everything here blocks: it waits for other programs.
 */
@NullMarked
package ai.sentryagent.idp.bench;

import org.jspecify.annotations.NullMarked;
