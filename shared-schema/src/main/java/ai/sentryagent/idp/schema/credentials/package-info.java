/** What credential-service answers and what it tells. */
@NullMarked
package ai.sentryagent.idp.schema.credentials;

import org.jspecify.annotations.NullMarked;
