/** Access tokens: issued, introspected, revoked; the keys that sign them and the marks that end them. */
@NullMarked
package ai.sentryagent.idp.tokens;

import org.jspecify.annotations.NullMarked;
