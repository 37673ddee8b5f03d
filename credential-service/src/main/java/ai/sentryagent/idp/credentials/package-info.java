/** The secrets with which agents show who they are: made, checked, rotated and revoked. */
@NullMarked
package ai.sentryagent.idp.credentials;

import org.jspecify.annotations.NullMarked;
