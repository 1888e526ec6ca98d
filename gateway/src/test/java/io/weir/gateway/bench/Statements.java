package io.weir.gateway.bench;

import java.util.Optional;

/// Statements of the gateway's login, as the server itself counts them: everything that was sent
/// and executed, `BEGIN` and `COMMIT` too, whether for a request or not.
final class Statements {

    private static final String COUNTING =
            """
            SELECT count(*) FROM pg_settings
             WHERE name = 'shared_preload_libraries' AND setting LIKE '%pg_stat_statements%'
            """;
    private static final String SHOW =
            "CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA public";
    private static final String SENT =
            """
            SELECT coalesce(sum(calls), 0)::bigint FROM public.pg_stat_statements
             WHERE userid = 'weir_gateway'::regrole
            """;

    private final Database database;

    private Statements(Database database) {
        this.database = database;
    }

    /// Nothing where the server does not count.
    static Optional<Statements> of(Database database) {
        if (database.number(COUNTING) == 0) {
            return Optional.empty();
        }
        database.run(SHOW);
        return Optional.of(new Statements(database));
    }

    long sent() {
        return database.number(SENT);
    }
}
