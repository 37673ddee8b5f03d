/** Code that breaks the walls inside a service, so that a wall which sees nothing is found out. */
@NullMarked
package ai.sentryagent.idp.agents.planted;

import org.jspecify.annotations.NullMarked;
