@NullMarked
package ai.sentryagent.idp.audit;

import org.jspecify.annotations.NullMarked;
