/** Configuration: read once, checked whole, before anything starts. */
@NullMarked
package ai.sentryagent.idp.runtime.config;

import org.jspecify.annotations.NullMarked;
