package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A service's role stays within its schema, also while the owner of all schemas is at work. */
final class ServiceRolesTest {
    private final String database = TestServers.emptyDatabase();

    /** CVE-2018-1058. The grant is Postgres 14's default, and an upgrade to a later one keeps it. */
    @Test
    void whatAServicesRolePlantsInPublicNeverRunsWithTheOwnersRights() throws Exception {
        started();
        Sql.update(
                database,
                """
                GRANT CREATE ON SCHEMA public TO PUBLIC;
                SET ROLE agentidp_agents;
                CREATE TABLE public.caught (who text);
                GRANT INSERT ON public.caught TO PUBLIC;
                CREATE FUNCTION public.trap(name, varchar) RETURNS boolean LANGUAGE plpgsql AS
                $$ BEGIN
                    INSERT INTO public.caught SELECT current_user;
                    RETURN $1 OPERATOR (pg_catalog.=) $2::text;
                END $$;
                CREATE OPERATOR public.= (LEFTARG = name, RIGHTARG = varchar, FUNCTION = public.trap)
                """);
        started();
        assertThat(Sql.number(database, "SELECT count(*) FROM public.caught")).isZero();
    }

    @Test
    void noPasswordStandsInTheLogOfAServerThatLogsStatements() throws Exception {
        Sql.update(
                database,
                "ALTER DATABASE " + database.substring(database.lastIndexOf('/') + 1) + " SET log_statement = 'all'");
        started();
        Path log = Path.of(Sql.select(database, "SHOW data_directory")).resolveSibling("postgres.log");
        assertThat(Files.readAllLines(log))
                .filteredOn(line -> line.contains("PASSWORD '"))
                .isNotEmpty()
                .allMatch(line -> line.contains("PASSWORD 'SCRAM-SHA-256$"));
    }

    private void started() {
        try (RunningProduct product = RunningProduct.start(Map.of("DATABASE_URL", database))) {
            assertThat(product.administrator()).isNotEmpty();
        }
    }
}
