@NullMarked
package ai.sentryagent.idp.runtime.cluster;

import org.jspecify.annotations.NullMarked;
