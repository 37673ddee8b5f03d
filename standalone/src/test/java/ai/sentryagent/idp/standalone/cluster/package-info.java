/** The product as separate processes: how they find each other, and what happens when one dies. */
@NullMarked
package ai.sentryagent.idp.standalone.cluster;

import org.jspecify.annotations.NullMarked;
