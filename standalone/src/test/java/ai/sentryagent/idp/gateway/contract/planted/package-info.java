/** Code that breaks the walls around the check of requests. */
@NullMarked
package ai.sentryagent.idp.gateway.contract.planted;

import org.jspecify.annotations.NullMarked;
