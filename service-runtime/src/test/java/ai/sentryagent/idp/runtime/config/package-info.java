@NullMarked
package ai.sentryagent.idp.runtime.config;

import org.jspecify.annotations.NullMarked;
