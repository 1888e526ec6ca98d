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

    private static final String ROWS = "SELECT '%1$s ' || t FROM weir.\"%1$s\" t";

    /// Whatever writes a row gives it another place, and the number of the transaction.
    private static final String VERSIONS =
            """
            SELECT '%1$s: ' || count(*) || ' rows, ' ||
                   coalesce(sum(hashtextextended(ctid::text || xmin || tableoid, 0)), 0)
              FROM weir."%1$s"
            """;

    private Stored() {}

    /// A line for each row of each table, once no import is under way.
    static List<String> everything(Running running) {
        return ofEach(running, ROWS);
    }

    /// A line for each table, which differs as soon as a row is added, changed, removed or but
    /// written again; once no import is under way. Its rows are not read out: there are many, and
    /// this is asked before and after each of many requests.
    static List<String> versions(Running running) {
        return ofEach(running, VERSIONS);
    }

    private static List<String> ofEach(Running running, String select) {
        Imports.awaitAll(running);
        String all =
                running.rows(TABLES).stream()
                        .map(select::formatted)
                        .collect(Collectors.joining(" UNION ALL ", "", " ORDER BY 1"));
        return running.rows(all);
    }
}
