/** The audit log: written by facts only, never changed, and able to prove it. */
@NullMarked
package ai.sentryagent.idp.audit;

import org.jspecify.annotations.NullMarked;
