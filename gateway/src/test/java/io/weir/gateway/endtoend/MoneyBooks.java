package io.weir.gateway.endtoend;

import io.weir.quota.postgres.DatabaseUrl;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Book C for money: what is wrong in the ledger, as its owner finds in one snapshot.
final class MoneyBooks {

    /// Looks at every version of every account, whatever constraints it has.
    private static final String WITNESS =
            """
            CREATE SEQUENCE public.versions;
            CREATE TABLE public.negative (account bigint, balance bigint, reserved bigint);
            CREATE FUNCTION public.witness() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
            BEGIN
                PERFORM nextval('public.versions');
                IF NEW.reserved < 0 OR NEW.kind NOT IN ('cash', 'sold') AND NEW.balance - NEW.reserved < 0 THEN
                    INSERT INTO public.negative VALUES (NEW.id, NEW.balance, NEW.reserved);
                END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER witness AFTER INSERT OR UPDATE ON weir.account
                FOR EACH ROW EXECUTE FUNCTION public.witness()
            """;

    /// One row for each thing that is not as it must be, at any moment: the sums of each side of
    /// each reseller, what each key's spending cost, what is reserved, and what leases and forfeits
    /// hold.
    private static final String WRONG =
            """
            WITH own AS (
                SELECT b.key_id, b.price, b.cost, bool_or(k.id IS NOT NULL) AS there,
                       sum(a.balance) FILTER (WHERE kind = 'sold') AS sold,
                       sum(a.balance) FILTER (WHERE kind = 'budget') AS budget,
                       sum(a.balance) FILTER (WHERE kind = 'reserve') AS reserve,
                       coalesce(sum(a.balance) FILTER (WHERE kind = 'consumed'), 0) AS consumed,
                       coalesce(sum(a.balance) FILTER (WHERE kind = 'margin'), 0) AS margin, sum(a.reserved) AS reserved
                  FROM weir.budget b JOIN weir.account a ON a.key_id = b.key_id LEFT JOIN weir.key k ON k.id = b.key_id
                 GROUP BY b.key_id
            ), counted AS (
                SELECT c.*, coalesce((SELECT sum(held) FROM weir.lease l WHERE l.subject = c.subject AND l.policy = 'budget'), 0) AS held,
                       coalesce((SELECT sum(units) FROM weir.forfeit f WHERE f.subject = c.subject AND f.policy = 'budget'
                                    AND decision IS NULL), 0) AS lost
                  FROM weir.counter c WHERE policy = 'budget'
            )
            SELECT 'negative ' || id FROM weir.account WHERE kind NOT IN ('cash', 'sold') AND balance - reserved < 0
            UNION ALL SELECT 'negative before ' || account FROM public.negative
            UNION ALL SELECT 'client price of ' || reseller_id FROM weir.account
                       WHERE kind IN ('sold', 'budget', 'consumed', 'margin', 'suspense') GROUP BY reseller_id HAVING sum(balance) <> 0
            UNION ALL SELECT 'cost of ' || reseller_id FROM weir.account
                       WHERE kind IN ('cash', 'balance', 'reserve', 'revenue', 'commission') GROUP BY reseller_id HAVING sum(balance) <> 0
            UNION ALL SELECT 'consumed by ' || key_id FROM own WHERE consumed <> div((consumed + margin) * cost, price)
            UNION ALL SELECT 'reserve of ' || key_id FROM own WHERE reserve <> div(-sold * cost, price) - consumed
            UNION ALL SELECT 'reserved of ' || key_id FROM own LEFT JOIN counted ON subject = key_id
                       WHERE reserved <> least(budget, coalesce(used + leased, 0) - consumed - margin)
            UNION ALL SELECT 'leases of ' || subject FROM counted WHERE leased <> held
            UNION ALL SELECT 'forfeits of ' || subject FROM counted WHERE forfeited <> lost
            UNION ALL SELECT 'suspense of ' || reseller_id FROM weir.account a WHERE kind = 'suspense' AND balance <> (
                       SELECT coalesce(sum(lost), 0) FROM counted JOIN weir.budget b ON b.key_id = subject
                        WHERE b.reseller_id = a.reseller_id)
            UNION ALL SELECT 'overspent ' || key_id FROM own JOIN counted ON subject = key_id
                       WHERE there AND used + leased + forfeited > -sold
            """;

    private static final String FOLDED =
            "SELECT 'not verified' FROM weir.verify_ledger() WHERE NOT verified";

    private static final String OPEN =
            """
            SELECT (SELECT coalesce(sum(reserved), 0) FROM weir.account) + (SELECT coalesce(sum(held), 0) FROM weir.lease)
                 + (SELECT coalesce(sum(balance), 0) FROM weir.account WHERE kind = 'suspense')
                 + (SELECT count(*) FROM weir.counter WHERE unbooked_since IS NOT NULL)
            """;

    private final Supplier<DatabaseUrl> database;

    MoneyBooks(Supplier<DatabaseUrl> database) {
        this.database = database;
    }

    void watch() throws SQLException {
        try (Connection connection = connect();
                var statement = connection.createStatement()) {
            statement.execute(WITNESS);
        }
    }

    /// What is wrong; nothing, if all is right.
    ///
    /// @param folding whether the whole ledger is recomputed as well
    List<String> wrong(boolean folding) throws SQLException {
        return texts(folding ? WRONG + "UNION ALL " + FOLDED : WRONG);
    }

    /// Reserved, leased, in suspense or not yet booked: nothing, once all is at rest.
    long open() throws SQLException {
        return number(OPEN);
    }

    long number(String sql) throws SQLException {
        return Long.parseLong(texts(sql).getFirst());
    }

    private List<String> texts(String sql) throws SQLException {
        try (Connection connection = connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        }
    }

    private Connection connect() throws SQLException {
        DatabaseUrl url = database.get();
        return DriverManager.getConnection(url.jdbc(), url.user(), url.password());
    }
}
