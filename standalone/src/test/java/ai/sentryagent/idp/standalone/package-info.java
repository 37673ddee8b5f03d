/** The whole product, through the doors that its users take. */
@NullMarked
package ai.sentryagent.idp.standalone;

import org.jspecify.annotations.NullMarked;
