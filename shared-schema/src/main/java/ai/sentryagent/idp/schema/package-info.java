/**
 * The grammar of the bus: questions ({@link ai.sentryagent.idp.schema.Operation}), facts ({@link
 * ai.sentryagent.idp.schema.Event}), how both fail, and how an installation's own consumer hears facts ({@link
 * ai.sentryagent.idp.schema.Subscription}). Everything such a consumer needs and nothing that needs SQL, the web or a cluster.
 *
 * <p>{@code asyncapi.yaml}, beside {@code openapi.yaml} on the class path, says the same for people and for other languages.
 */
@NullMarked
package ai.sentryagent.idp.schema;

import org.jspecify.annotations.NullMarked;
