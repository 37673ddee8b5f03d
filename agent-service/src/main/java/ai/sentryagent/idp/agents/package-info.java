/** Who the agents are: registration, change and the end of each, and the switch that stops one everywhere. */
@NullMarked
package ai.sentryagent.idp.agents;

import org.jspecify.annotations.NullMarked;
