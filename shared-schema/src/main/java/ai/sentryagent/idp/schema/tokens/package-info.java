/** What token-service answers and what it tells. */
@NullMarked
package ai.sentryagent.idp.schema.tokens;

import org.jspecify.annotations.NullMarked;
