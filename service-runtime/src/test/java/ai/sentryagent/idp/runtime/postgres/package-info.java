@NullMarked
package ai.sentryagent.idp.runtime.postgres;

import org.jspecify.annotations.NullMarked;
