/** How a service starts, says how it is, and stops. */
@NullMarked
package ai.sentryagent.idp.runtime;

import org.jspecify.annotations.NullMarked;
