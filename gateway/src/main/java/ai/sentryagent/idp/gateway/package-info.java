/** The only door to the world: it verifies, decides and forwards. */
@NullMarked
package ai.sentryagent.idp.gateway;

import org.jspecify.annotations.NullMarked;
