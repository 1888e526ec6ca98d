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
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A reseller with a million clients, beside one with few; a tenth of that unless soaked.
class ManyClientsTest {

    private static final Logger log = LoggerFactory.getLogger(ManyClientsTest.class);
    private static final int COUNT = Soak.count(100_000, 1_000_000);
    private static final long FLAT = 32L * 1024 * 1024;
    private static final int IMPORTED = 100_000;
    private static final Duration IMPORT = Duration.ofSeconds(30);

    static Running running;
    static Api api;
    static String large;
    static String small;

    final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void makeClients() {
        running = Running.start();
        api = new Api(running.api());
        large = api.reseller(null);
        small = api.reseller(null);
        make(large, 1, COUNT);
        make(small, COUNT + 1, COUNT + 100);
        running.rows("VACUUM ANALYZE weir.client");
    }

    @AfterAll
    static void close() {
        running.close();
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
                http.send(request(large, "/clients.csv"), BodyHandlers.ofInputStream());
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

    private List<String> names(String reseller, String query) throws Exception {
        return page(reseller, query)
                .get("items")
                .valueStream()
                .map(item -> item.get("name").stringValue())
                .toList();
    }

    private JsonNode page(String reseller, String query) throws Exception {
        var answer = http.send(request(reseller, "/clients?" + query), BodyHandlers.ofByteArray());
        return JsonMapper.shared().readTree(answer.body());
    }

    private static HttpRequest request(String reseller, String path) {
        String port = running.application.getEnvironment().getProperty("local.server.port");
        return HttpRequest.newBuilder(
                        URI.create(
                                "http://127.0.0.1:%s/api/v1/resellers/%s%s"
                                        .formatted(port, reseller, path)))
                .header("Authorization", "Bearer " + Running.TOKEN)
                .build();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
