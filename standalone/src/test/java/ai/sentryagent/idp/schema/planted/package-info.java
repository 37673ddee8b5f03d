/** Code that breaks the walls around the contract. */
@NullMarked
package ai.sentryagent.idp.schema.planted;

import org.jspecify.annotations.NullMarked;
