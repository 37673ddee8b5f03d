@NullMarked
package ai.sentryagent.idp.runtime.token;

import org.jspecify.annotations.NullMarked;
