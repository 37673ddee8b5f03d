@NullMarked
package ai.sentryagent.idp.runtime.outbox;

import org.jspecify.annotations.NullMarked;
