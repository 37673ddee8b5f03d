@NullMarked
package ai.sentryagent.idp.runtime;

import org.jspecify.annotations.NullMarked;
