/** A package that nobody should make. */
@NullMarked
package ai.sentryagent.idp.agents.planted.util;

import org.jspecify.annotations.NullMarked;
