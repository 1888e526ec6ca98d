package io.weir.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A reseller with a million clients, beside one with few; a tenth of that unless soaked.
class ManyClientsTest {

    private static final Logger log = LoggerFactory.getLogger(ManyClientsTest.class);
    private static final int COUNT = Soak.count(100_000, 1_000_000);
    private static final int ROUNDS = Soak.count(100, 300);
    private static final int WARM_UP = Soak.count(20, 300);

    /// The figure is for a machine that has nothing else to do.
    private static final Duration PROMPT = Soak.time(Duration.ofMillis(500), Duration.ofMillis(50));

    private static final long FLAT = 32L * 1024 * 1024;
    private static final int IMPORTED = 100_000;
    private static final Duration IMPORT = Duration.ofSeconds(30);

    static Running running;
    static Api api;
    static String large;
    static String small;

    /// A token of the large one.
    static String own;

    final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void makeClients() {
        running = Running.start();
        api = new Api(running.api());
        large = api.reseller(null);
        small = api.reseller(null);
        make(large, 1, COUNT);
        make(small, COUNT + 1, COUNT + 100);
        own = Api.json(api.post("/tokens", Fixture.token(large, "*"))).get("secret").stringValue();
        running.rows("VACUUM ANALYZE weir.client");
    }

    @AfterAll
    static void close() {
        running.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void listsAndSearchesAreQuickWhereverTheyBegin(boolean asReseller) throws Exception {
        String token = asReseller ? own : Running.TOKEN;
        String deep =
                "cursor="
                        + SealedCursor.of(
                                id(COUNT * 9 / 10),
                                "/api/v1/resellers/" + large + "/clients",
                                asReseller ? large.substring(4) : "*");
        Map<String, String> lists = new TreeMap<>();
        lists.put("first page", "");
        lists.put("deep page", deep);
        lists.put("status of all", "status=active&" + deep);
        lists.put("status of few", "status=suspended");
        lists.put("search: frequent", "q=client&" + deep);
        lists.put("search: some", "q=" + encoded("Client 77"));
        lists.put("search: one at the end", "q=" + encoded("client" + (COUNT - 7) + "@"));
        lists.put("search: none", "q=zebra");
        lists.put("search: few letters, none", "q=zq");
        lists.put("search: of few of a status", "q=client9&status=suspended");
        lists.put("search: of all of a status", "q=" + encoded("Client 77") + "&status=active");

        Map<String, Duration> slow = new TreeMap<>();
        for (var list : lists.entrySet()) {
            Duration p99 = p99(token, large, list.getValue());
            log.info(
                    "{} clients, {}, {}: p99 {} ms",
                    COUNT,
                    asReseller ? "reseller" : "operator",
                    list.getKey(),
                    p99.toNanos() / 1e6);
            if (p99.compareTo(PROMPT) > 0) {
                slow.put(list.getKey(), p99);
            }
        }
        assertThat(slow).isEmpty();
        assertThat(p99(Running.TOKEN, small, "")).isLessThan(PROMPT);
        assertThat(p99(Running.TOKEN, small, "q=zebra")).isLessThan(PROMPT);
    }

    /// Every client has all of its trigrams, and none the text.
    @Test
    void aTextThatNoIndexNarrowsIsSearchedPageByPage() throws Exception {
        JsonNode page = page(large, "q=" + encoded("Client example"));

        assertThat(page.get("items")).isEmpty();
        log.info("A text that no index narrows: next {}", page.get("next_cursor"));
    }

    @Test
    void whatIsRareIsFoundOnOnePageAndShortTextsPageByPage() throws Exception {
        assertThat(names(large, "q=" + encoded("Client " + (COUNT - 7))))
                .containsExactly("Client " + (COUNT - 7));
        assertThat(names(large, "status=suspended&limit=200"))
                .hasSize((COUNT + 9999) / 10_000)
                .contains("Client 10000");
        assertThat(names(small, "")).hasSize(50);

        List<String> found = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        while (pages == 0 || !cursor.isEmpty()) {
            JsonNode page = page(large, "limit=200&q=" + encoded("+") + cursor);
            page.get("items").forEach(item -> found.add(item.get("name").stringValue()));
            String next = page.get("next_cursor").asString("");
            cursor = next.isEmpty() ? "" : "&cursor=" + next;
            pages++;
        }
        assertThat(found).containsExactly("Plus +");
        assertThat(pages).isEqualTo(COUNT / 10_000 + 1);
    }

    @Test
    void anExportTakesTheMemoryOfAFewPages() throws Exception {
        List<Long> heaps = new ArrayList<>();
        HttpResponse<InputStream> answer =
                http.send(
                        request(Running.TOKEN, large, "/clients.csv"),
                        BodyHandlers.ofInputStream());
        int lines = 0;
        long before = System.nanoTime();
        try (var reader = new BufferedReader(new InputStreamReader(answer.body(), UTF_8))) {
            while (reader.readLine() != null) {
                lines++;
                if (lines % (COUNT / 10) == 0) {
                    heaps.add(heap());
                }
            }
        }
        log.info(
                "{} lines in {} s, heap after collection {}",
                lines,
                (System.nanoTime() - before) / 1e9,
                heaps);

        assertThat(lines).isEqualTo(COUNT + 2);
        assertThat(heaps.stream().max(Long::compare).orElseThrow())
                .isLessThan(heaps.getFirst() + FLAT);
    }

    @Test
    void aHundredThousandRowsAreImportedInTimeAndProgressIsSeen() {
        String reseller = api.reseller((long) IMPORTED);
        var imports = new Imports(running);
        String rows =
                IntStream.range(0, IMPORTED)
                        .mapToObj("Imported %1$d,imported%1$d@example.com,1,120\n"::formatted)
                        .collect(Collectors.joining());

        long before = System.nanoTime();
        String location = Imports.location(imports.send(reseller, "", rows));
        var seen = new TreeMap<Long, String>();
        JsonNode state = imports.state(location);
        while (state.get("finished_at").isNull()) {
            seen.put(state.get("processed").asLong(), state.get("status").stringValue());
            state = imports.state(location);
        }
        var took = Duration.ofNanos(System.nanoTime() - before);
        log.info(
                "{} rows beside {} clients in {}, {} states seen",
                IMPORTED,
                COUNT,
                took,
                seen.size());

        assertThat(Imports.summary(state))
                .containsExactly("completed", 100_000L, 100_000L, 100_000L, 0L, 0L, 0L);
        assertThat(took).isLessThan(IMPORT);
        assertThat(seen.subMap(1L, (long) IMPORTED)).hasSizeGreaterThan(10);
        assertThat(Imports.summary(imports.outcome(reseller, "", rows)))
                .containsExactly("completed", 100_000L, 100_000L, 0L, 0L, 100_000L, 0L);
        running.rows(
                "DELETE FROM weir.client WHERE reseller_id = '%s'"
                        .formatted(reseller.substring(4)));
    }

    private static void make(String reseller, int from, int to) {
        running.rows(
                """
                INSERT INTO weir.client (id, reseller_id, name, contact_email, monthly_quota, status)
                SELECT ('00000000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid, '%s', 'Client ' || n,
                       'client' || n || '@example.com', n %% 1000,
                       CASE WHEN n %% 10000 = 0 THEN 'suspended' ELSE 'active' END
                  FROM generate_series(%d, %d) n
                """
                        .formatted(reseller.substring(4), from, to));
        if (from == 1) {
            running.rows(
                    """
                    INSERT INTO weir.client (id, reseller_id, name, contact_email, monthly_quota)
                    VALUES ('00000000-0000-7000-9fff-000000000000', '%s', 'Plus +', 'plus@example.com', 1)
                    """
                            .formatted(reseller.substring(4)));
        }
    }

    private Duration p99(String token, String reseller, String query) throws Exception {
        long[] nanos = new long[ROUNDS];
        for (int i = -WARM_UP; i < ROUNDS; i++) {
            long before = System.nanoTime();
            var answer =
                    http.send(
                            request(token, reseller, "/clients?" + query),
                            BodyHandlers.ofByteArray());
            long took = System.nanoTime() - before;
            assertThat(answer.statusCode()).isEqualTo(200);
            if (i >= 0) {
                nanos[i] = took;
            }
        }
        Arrays.sort(nanos);
        return Duration.ofNanos(nanos[ROUNDS * 99 / 100]);
    }

    private List<String> names(String reseller, String query) throws Exception {
        return page(reseller, query)
                .get("items")
                .valueStream()
                .map(item -> item.get("name").stringValue())
                .toList();
    }

    private JsonNode page(String reseller, String query) throws Exception {
        var answer =
                http.send(
                        request(Running.TOKEN, reseller, "/clients?" + query),
                        BodyHandlers.ofByteArray());
        return JsonMapper.shared().readTree(answer.body());
    }

    private static HttpRequest request(String token, String reseller, String path) {
        String port = running.application.getEnvironment().getProperty("local.server.port");
        return HttpRequest.newBuilder(
                        URI.create(
                                "http://127.0.0.1:%s/api/v1/resellers/%s%s"
                                        .formatted(port, reseller, path)))
                .header("Authorization", "Bearer " + token)
                .build();
    }

    private static UUID id(int client) {
        return UUID.fromString("00000000-0000-7000-9000-%012x".formatted(client));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
