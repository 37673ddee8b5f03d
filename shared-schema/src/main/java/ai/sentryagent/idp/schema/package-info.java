/**
 * The grammar of the bus: questions ({@link ai.sentryagent.idp.schema.Operation}), facts ({@link
 * ai.sentryagent.idp.schema.Event}) and how both fail. Everything an internal consumer needs and nothing that needs SQL,
 * the web or a cluster.
 */
@NullMarked
package ai.sentryagent.idp.schema;

import org.jspecify.annotations.NullMarked;
