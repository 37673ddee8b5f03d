@NullMarked
package ai.sentryagent.idp.tokens;

import org.jspecify.annotations.NullMarked;
