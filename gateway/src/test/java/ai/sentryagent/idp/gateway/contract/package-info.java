@NullMarked
package ai.sentryagent.idp.gateway.contract;

import org.jspecify.annotations.NullMarked;
