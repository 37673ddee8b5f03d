/** One role, one schema and one Flyway history a service, in one Postgres. */
@NullMarked
package ai.sentryagent.idp.runtime.postgres;

import org.jspecify.annotations.NullMarked;
