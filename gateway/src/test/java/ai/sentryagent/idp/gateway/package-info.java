/** The gateway's parts that can be tested alone. */
@NullMarked
package ai.sentryagent.idp.gateway;

import org.jspecify.annotations.NullMarked;
