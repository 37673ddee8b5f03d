/** The one connection that a verticle has to Redis, and what the keys there mean. */
@NullMarked
package ai.sentryagent.idp.runtime.redis;

import org.jspecify.annotations.NullMarked;
