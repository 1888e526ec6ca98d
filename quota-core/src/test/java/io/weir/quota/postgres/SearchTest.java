package io.weir.quota.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Searches of clients whose names and addresses are much alike. `-Dweir.search.seed=S` replays a
/// seed.
class SearchTest {

    private static final int TEXTS = 100;
    private static final String CLIENTS =
            """
            INSERT INTO client (id, reseller_id, name, contact_email, monthly_quota)
            SELECT gen_random_uuid(), '%s',
                   'Client ' || (ARRAY['', 'a_b ', '100%% ', 'a\\b ', 'Müller '])[1 + n %% 5] || md5(n::text),
                   'client' || n || '@' || (ARRAY['', '', '', 'a_b.', 'x-y.'])[1 + n %% 5] || 'example.com', 1
              FROM generate_series(1000, 5999) n
            """;
    private static final String ALL = "SELECT name || E'\\n' || contact_email FROM client";
    private static final String PART = "SELECT coalesce(rare_part(?), 'all of it')";
    private static final String FOUND =
            "SELECT clients_like(?, '00000000-0000-0000-0000-000000000000', ?, NULL, 5000)";
    private static final String MATCHING =
            """
            SELECT id FROM client
             WHERE reseller_id = ? AND ((name || E'\\n' || contact_email) ILIKE ?) IS TRUE ORDER BY id
            """;

    static final TestDatabase database = TestDatabase.start();
    static UUID reseller;
    static List<String> all;
    static Connection operator;

    @BeforeAll
    static void makeClients() throws SQLException {
        reseller = database.reseller("1");
        database.run(CLIENTS.formatted(reseller));
        all = database.texts(ALL);
        operator = database.owner();
        operator.createStatement().execute("SET weir.reseller = '*'");
    }

    @AfterAll
    static void stop() throws SQLException {
        operator.close();
        database.close();
    }

    @ParameterizedTest
    @CsvSource({
        "client1777@, %nt1777@%",
        "client1777@example.com, %nt1777@%",
        "CLIENT1777@EXAMPLE.COM, %NT1777@%",
        "client example, all of it",
        "zebra, all of it"
    })
    void theIndexIsNotAskedForWhatAllHave(String search, String part) {
        database.run("ANALYZE client");

        assertThat(database.texts(PART, like(search))).containsExactly(part);
    }

    static LongStream seeds() {
        return LongStream.of(Long.getLong("weir.search.seed", System.nanoTime()));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void allThatMatchAreFoundByWhateverPart(long seed) throws SQLException {
        database.run("ANALYZE client");
        var random = new Random(seed);
        int shortened = 0;
        for (int i = 0; i < TEXTS; i++) {
            String search = like(text(random));

            assertThat(ids(FOUND, search)).isEqualTo(ids(MATCHING, search)).isNotEmpty();
            if (!database.texts(PART, search).contains("all of it")) {
                shortened++;
            }
        }
        assertThat(shortened).isBetween(TEXTS / 5, TEXTS - 1);
    }

    @Test
    void withoutStatisticsTheWholeIsAskedFor() {
        try (var fresh = TestDatabase.start()) {
            assertThat(fresh.texts(PART, like("client1777@"))).containsExactly("all of it");
        }
    }

    /// A part of what a client is found by, as somebody may type it. Only letters of ASCII are
    /// found in upper case too.
    private static String text(Random random) {
        String text = all.get(random.nextInt(all.size()));
        int from = random.nextInt(text.length() - 3);
        String part = text.substring(from, random.nextInt(from + 3, text.length() + 1));
        return random.nextInt(4) == 0 ? part.toUpperCase(Locale.ROOT).replace('Ü', 'ü') : part;
    }

    private static String like(String search) {
        return "%" + search.replaceAll("([\\\\%_])", "\\\\$1") + "%";
    }

    private static List<String> ids(String sql, String search) throws SQLException {
        try (var statement = operator.prepareStatement(sql)) {
            statement.setObject(1, reseller);
            statement.setString(2, search);
            try (var rows = statement.executeQuery()) {
                List<String> ids = new ArrayList<>();
                while (rows.next()) {
                    ids.add(rows.getString(1));
                }
                return ids;
            }
        }
    }
}
