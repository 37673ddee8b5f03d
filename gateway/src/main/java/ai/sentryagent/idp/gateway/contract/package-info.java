/**
 * The published OpenAPI document at work: routes, checks of requests and {@code /openapi.json} all come from the one file.
 *
 * <p>{@link ai.sentryagent.idp.gateway.contract.ApiContract} is the way in. Nothing here reads a clock, blocks or keeps
 * state between requests, so everything may be called from any event loop.
 */
@NullMarked
package ai.sentryagent.idp.gateway.contract;

import org.jspecify.annotations.NullMarked;
