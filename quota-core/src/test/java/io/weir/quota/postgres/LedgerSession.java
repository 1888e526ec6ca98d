package io.weir.quota.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/// What random operations do in the database, on one connection, which has planned every statement
/// once.
final class LedgerSession implements AutoCloseable {

    /// Each in its own part of one transaction; what is refused leaves nothing behind.
    private static final String TRY_ALL =
            """
            CREATE FUNCTION try_all(statements text[]) RETURNS text[] LANGUAGE plpgsql AS $$
            DECLARE
                one    text;
                states text[] := '{}';
            BEGIN
                FOREACH one IN ARRAY statements LOOP
                    BEGIN
                        EXECUTE one;
                        states := states || '00000'::text;
                    EXCEPTION WHEN OTHERS THEN
                        states := states || SQLSTATE::text;
                    END;
                END LOOP;
                RETURN states;
            END $$
            """;

    /// As a gateway does; the same report again is answered the same, and counts for nothing.
    private static final String TELL =
            """
            CREATE FUNCTION tell(who uuid, of uuid, used bigint, returned bigint, needs bigint) RETURNS void
                LANGUAGE plpgsql AS $$
            DECLARE
                number  bigint := coalesce((SELECT sequence FROM node WHERE id = who), 0) + 1;
                report  jsonb  := jsonb_build_object('life', 60000, 'usage', '[]'::jsonb, 'leases', jsonb_build_array(
                    jsonb_build_object('subject', of, 'policy', 'budget', 'starts', 0, 'ends', 100000000000, 'used', used,
                        'returned', returned, 'needs', needs, 'wants', needs, 'least', needs)));
                reply   jsonb  := exchange(who, number, report);
            BEGIN
                IF exchange(who, number, report) <> reply THEN
                    RAISE EXCEPTION 'answered otherwise';
                END IF;
                IF needs <> 0 AND coalesce((reply -> 'grants' -> 0 ->> 'granted')::bigint, 0) <> needs THEN
                    RAISE EXCEPTION 'not granted';
                END IF;
                IF used % 3 = 0 OR NOT EXISTS (SELECT FROM key WHERE id = of) THEN
                    PERFORM book_spending('0', 100);
                END IF;
            END $$
            """;

    private static final String GIVE_UP =
            """
            CREATE FUNCTION give_up(who uuid) RETURNS void LANGUAGE plpgsql AS $$
            BEGIN
                UPDATE node SET seen_at = seen_at - interval '1 h' WHERE id = who;
                PERFORM forfeit_node(who);
            END $$
            """;

    private static final String DECIDE =
            """
            CREATE FUNCTION decide(who uuid, of uuid, verdict text) RETURNS void LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM decide_forfeit((SELECT id FROM forfeit WHERE node = who AND subject = of), verdict);
            END $$
            """;

    private static final String BALANCES =
            """
            WITH own AS (SELECT id FROM key UNION SELECT subject FROM lease
                         UNION SELECT subject FROM forfeit WHERE decision IS NULL)
            SELECT coalesce(key_id, reseller_id)::text || ' ' || kind || ' ' || balance FROM account
             WHERE balance <> 0 AND (key_id IS NULL OR key_id IN (SELECT id FROM own))
            UNION ALL
            SELECT key_id || ' held ' || reserved FROM account WHERE reserved <> 0
             ORDER BY 1
            """;

    private final TestDatabase database;
    private final Connection connection;
    private final PreparedStatement tries;

    LedgerSession(TestDatabase database) throws SQLException {
        this.database = database;
        List.of(TRY_ALL, TELL, GIVE_UP, DECIDE).forEach(database::run);
        connection = database.owner();
        tries = connection.prepareStatement("SELECT try_all(?)");
    }

    /// What came of each: 00000, or the name of what was wrong.
    List<String> states(List<String> statements) throws SQLException {
        tries.setArray(1, connection.createArrayOf("text", statements.toArray()));
        try (var row = tries.executeQuery()) {
            row.next();
            return List.of((String[]) row.getArray(1).getArray());
        }
    }

    /// What accounts hold and have reserved, once everything that was spent is booked.
    List<String> balances() {
        database.run("SELECT book_spending('0', 1000000)");
        return database.texts(BALANCES);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
