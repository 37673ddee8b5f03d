@NullMarked
package ai.sentryagent.idp.runtime.redis;

import org.jspecify.annotations.NullMarked;
