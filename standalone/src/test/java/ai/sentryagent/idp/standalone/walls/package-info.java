/** The house's walls, each held against the product and against code that was planted to break it. */
@NullMarked
package ai.sentryagent.idp.standalone.walls;

import org.jspecify.annotations.NullMarked;
