/** Gateway and services in one process. */
@NullMarked
package ai.sentryagent.idp.standalone;

import org.jspecify.annotations.NullMarked;
