@NullMarked
package ai.sentryagent.idp.standalone.dev;

import org.jspecify.annotations.NullMarked;
