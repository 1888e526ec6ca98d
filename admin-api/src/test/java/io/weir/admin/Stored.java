package io.weir.admin;

import java.util.List;
import java.util.stream.Collectors;

/// All that is in the database, to tell whether anything was stored.
final class Stored {

    private static final String TABLES =
            """
            SELECT table_name FROM information_schema.tables
             WHERE table_schema = 'weir' AND table_type = 'BASE TABLE' ORDER BY 1
            """;

    private Stored() {}

    /// A line for each row of each table, once no import is under way.
    static List<String> everything(Running running) {
        Imports.awaitAll(running);
        String all =
                running.rows(TABLES).stream()
                        .map("SELECT '%1$s ' || t FROM weir.\"%1$s\" t"::formatted)
                        .collect(Collectors.joining(" UNION ALL ", "", " ORDER BY 1"));
        return running.rows(all);
    }
}
