/** What audit-service answers. */
@NullMarked
package ai.sentryagent.idp.schema.audit;

import org.jspecify.annotations.NullMarked;
