/** How processes find each other, trust each other and leave each other: membership and the clustered event bus. */
@NullMarked
package ai.sentryagent.idp.runtime.cluster;

import org.jspecify.annotations.NullMarked;
