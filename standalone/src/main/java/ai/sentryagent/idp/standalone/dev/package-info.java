/**
 * What development brings along: a Postgres and a Redis of its own, and the folder that keeps their data.
 *
 * <p>Everything here blocks. It runs on the main thread before Vert.x starts and after it has stopped.
 */
@NullMarked
package ai.sentryagent.idp.standalone.dev;

import org.jspecify.annotations.NullMarked;
