/** What agent-service answers and what it tells. */
@NullMarked
package ai.sentryagent.idp.schema.agents;

import org.jspecify.annotations.NullMarked;
