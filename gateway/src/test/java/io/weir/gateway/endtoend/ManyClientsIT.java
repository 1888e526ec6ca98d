package io.weir.gateway.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How long lists take of a reseller with a million clients, beside one with few; a tenth of that
/// unless soaked.
class ManyClientsIT {

    private static final int COUNT = Soak.count(100_000, 1_000_000);
    private static final int FEW = 100;
    private static final int SUSPENDED = COUNT / 10_000;
    private static final int ROUNDS = Soak.count(60, 300);
    private static final int WARM_UP = Soak.count(20, 300);

    /// The figure is for a machine that has nothing else to do.
    private static final Duration PROMPT = Soak.time(Duration.ofMillis(500), Duration.ofMillis(50));

    static Cluster cluster;
    static Load caller;
    static String large;
    static String small;
    static Admin own;

    @BeforeAll
    static void start() {
        cluster = Cluster.start(ManyClientsIT.class, 1);
        caller = new Load(1);
        large = cluster.admin().reseller(1_000_000_000);
        small = cluster.admin().reseller(1_000_000_000);
        make(large, 1, COUNT);
        make(small, COUNT + 1, COUNT + FEW);
        cluster.database().run("VACUUM ANALYZE weir.client");
        own = cluster.admin().of(large);
    }

    @AfterAll
    static void stop() {
        caller.close();
        cluster.close();
    }

    @ParameterizedTest(name = "as reseller: {0}")
    @ValueSource(booleans = {false, true})
    void listsAndSearchesAreQuickWhereverTheyBegin(boolean asReseller) {
        Admin admin = asReseller ? own : cluster.admin();
        String deep = "cursor=" + afterMost(admin);
        Map<String, Duration> slow = new TreeMap<>();
        for (String query :
                List.of(
                        "",
                        deep,
                        "status=active&" + deep,
                        "status=suspended",
                        "q=client&" + deep,
                        "q=" + encoded("Client 77"),
                        "q=" + encoded("client" + (COUNT - 7) + "@"),
                        "q=zebra",
                        "q=zq",
                        "q=client9&status=suspended",
                        "q=" + encoded("Client 77") + "&status=active")) {
            Latencies latencies = latencies(admin, large, query);
            Figure.print(
                    "%d clients, %s, ?%s: %s"
                            .formatted(
                                    COUNT,
                                    asReseller ? "reseller" : "operator",
                                    query.replace(deep, "cursor=deep"),
                                    latencies));
            if (latencies.percentile(99).compareTo(PROMPT) > 0) {
                slow.put(query, latencies.percentile(99));
            }
        }
        assertThat(slow).isEmpty();
    }

    @ParameterizedTest(name = "?{0}")
    @ValueSource(strings = {"", "q=zebra"})
    void oneWithFewClientsDoesNotWaitForTheOther(String query) {
        assertThat(latencies(cluster.admin(), small, query).percentile(99)).isLessThan(PROMPT);
    }

    private static Latencies latencies(Admin admin, String reseller, String query) {
        Call call = admin.call("/resellers/" + reseller + "/clients?" + query);
        Latencies.of(WARM_UP, () -> assertThat(caller.send(call).status()).isEqualTo(200));
        return Latencies.of(ROUNDS, () -> caller.send(call));
    }

    /// Where the list goes on after nine tenths of it: one client of ten thousand is suspended.
    private static String afterMost(Admin admin) {
        int suspended = SUSPENDED * 9 / 10;
        return admin.get(
                        "/resellers/%s/clients?status=suspended&limit=%d"
                                .formatted(large, suspended))
                .get("next_cursor")
                .asString();
    }

    private static void make(String reseller, int from, int to) {
        cluster.database()
                .run(
                        """
                        INSERT INTO weir.client (id, reseller_id, name, contact_email, monthly_quota, status)
                        SELECT ('00000000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid, '%s', 'Client ' || n,
                               'client' || n || '@example.com', n %% 1000,
                               CASE WHEN n %% 10000 = 0 THEN 'suspended' ELSE 'active' END
                          FROM generate_series(%d, %d) n
                        """
                                .formatted(reseller.substring(4), from, to));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }
}
