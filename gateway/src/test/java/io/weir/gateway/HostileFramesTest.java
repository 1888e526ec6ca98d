package io.weir.gateway;

import static io.weir.gateway.Frames.CONTINUATION;
import static io.weir.gateway.Frames.DATA;
import static io.weir.gateway.Frames.END_HEADERS;
import static io.weir.gateway.Frames.END_STREAM;
import static io.weir.gateway.Frames.HEADERS;
import static io.weir.gateway.Frames.RST_STREAM;
import static io.weir.gateway.Frames.fields;
import static io.weir.gateway.Wire.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.World.Customer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What can be tried on HTTP/2.
///
/// Longer than most files, as most of it is a table of frames and of what each is answered with.
class HostileFramesTest extends HostileGateway {

    private static final String FILLER = "y".repeat(1_000);

    private final Customer customer = customer();

    @Test
    void aRequestIsServed() {
        try (Frames frames = connected()) {
            frames.send(HEADERS, END_HEADERS | END_STREAM, 1, get("/open/x"));
            assertThat(frames.outcome(1)).isEqualTo("200");
        }
        everythingIsAccountedFor(arrived() - 1, customer);
    }

    @Test
    void noneThatIsMalformedReachesTheUpstream() {
        Map<String, byte[]> rows = rows();
        assertThat(rows).hasSizeGreaterThan(100);
        int begun = arrived();

        rows.forEach(
                (name, fields) -> {
                    try (Frames frames = connected()) {
                        frames.send(HEADERS, END_HEADERS | END_STREAM, 1, fields);
                        assertThat(frames.outcome(1))
                                .as(name)
                                .matches("4\\d\\d|reset|goaway|closed");
                    }
                });

        assertThat(arrived()).isEqualTo(begun);
        othersAreServed(customer);
    }

    private Map<String, byte[]> rows() {
        var rows = new LinkedHashMap<String, byte[]>();
        Malformed.PATHS.forEach(path -> rows.put("path " + path, get(path)));
        for (String field :
                List.of(
                        "connection",
                        "keep-alive",
                        "proxy-connection",
                        "transfer-encoding",
                        "upgrade")) {
            rows.put(field, get("/open/x", field, "close"));
        }
        rows.put("te", get("/open/x", "te", "gzip"));
        for (String name :
                List.of(
                        "Host",
                        "X-A",
                        "x a",
                        "x:a",
                        "x\r",
                        "x\n",
                        "x\u0000",
                        "",
                        ":x",
                        ":path",
                        ":status",
                        ":protocol",
                        "x\u00e9",
                        "x(",
                        "content_length",
                        "transfer_encoding")) {
            rows.put("field '" + name + "'", get("/open/x", name, "a"));
        }
        for (int c = 0; c < ' '; c++) {
            if (c != '\t') {
                rows.put("%#x in a value".formatted(c), get("/open/x", "x", "a" + (char) c + "b"));
            }
        }
        rows.put("another host", get("/open/x", "host", "evil"));
        rows.put("a length without a body", get("/open/x", "content-length", "5"));
        rows.put("two lengths", get("/open/x", "content-length", "0", "content-length", "5"));
        for (String length : List.of("+0", "-1", "a", "", "0,1", "0x0")) {
            rows.put("length '" + length + "'", get("/open/x", "content-length", length));
        }
        pseudo(rows);
        rows.put("many fields", get("/open/x", times(101, "x", "y")));
        rows.put("large fields", get("/open/x", times(17, "x", FILLER)));
        return rows;
    }

    private void pseudo(Map<String, byte[]> rows) {
        String key = customer.secret();
        rows.put("no method", fields(":path", "/open/x", ":scheme", "http", ":authority", "h"));
        rows.put("no path", fields(":method", "GET", ":scheme", "http", ":authority", "h"));
        rows.put("no host", fields(":method", "GET", ":scheme", "http", ":path", "/open/x"));
        rows.put("path twice", get("/open/x", ":path", "/open/y"));
        rows.put(
                "method twice",
                fields(
                        ":method",
                        "GET",
                        ":method",
                        "POST",
                        ":path",
                        "/open/x",
                        ":scheme",
                        "http",
                        ":authority",
                        "h",
                        "x-api-key",
                        key));
        rows.put(
                "a field first",
                fields(
                        "x-api-key",
                        key,
                        ":method",
                        "GET",
                        ":path",
                        "/open/x",
                        ":scheme",
                        "http",
                        ":authority",
                        "h"));
        for (String host : List.of("", "a b", "a/b", "u@h", "h, evil", "h\u0000", "a#b", "h:x")) {
            rows.put(
                    "authority '" + host + "'",
                    fields(
                            ":method",
                            "GET",
                            ":path",
                            "/open/x",
                            ":scheme",
                            "http",
                            ":authority",
                            host,
                            "x-api-key",
                            key));
        }
        for (String method : List.of("", "G T", "GET\r", "GET /open/y HTTP/1.1")) {
            rows.put(
                    "method '" + method + "'",
                    fields(
                            ":method",
                            method,
                            ":path",
                            "/open/x",
                            ":scheme",
                            "http",
                            ":authority",
                            "h",
                            "x-api-key",
                            key));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "0", "100"})
    void aBodyIsAsLongAsItSays(String length) {
        int begun = arrived();
        try (Frames frames = connected()) {
            frames.send(HEADERS, END_HEADERS, 1, post("content-length", length));
            frames.send(DATA, END_STREAM, 1, new byte[length.equals("5") ? 6 : 7]);
            assertThat(frames.outcome(1)).matches("4\\d\\d|reset|goaway|closed");
        }
        othersAreServed(customer);
        nothingArrivedUncounted(begun, customer);
    }

    @Test
    void aBodyMayBeAsLargeAsItsRouteTakes() {
        int begun = arrived();
        try (Frames frames = connected()) {
            frames.send(HEADERS, END_HEADERS, 1, small());
            frames.send(DATA, END_STREAM, 1, new byte[1024]);
            assertThat(frames.outcome(1)).isEqualTo("200");
            frames.send(HEADERS, END_HEADERS, 3, small());
            frames.send(DATA, END_STREAM, 3, new byte[4000]);
            assertThat(frames.outcome(3)).isEqualTo("413");
            frames.send(HEADERS, END_HEADERS, 5, small("content-length", "1025"));
            assertThat(frames.outcome(5)).isEqualTo("413");
        }
        nothingArrivedUncounted(begun, customer);
    }

    @Test
    void moreStreamsAtATimeThanAllowedAreRefused() {
        try (Frames frames = connected()) {
            for (int stream = 1; stream <= 17; stream += 2) {
                frames.send(HEADERS, END_HEADERS, stream, post("content-length", "9000"));
            }
            assertThat(frames.outcome(17)).isIn("reset", "goaway");
        }
        othersAreServed(customer);
    }

    @Test
    void aConnectionThatResetsItsStreamsIsClosed() {
        try (Frames frames = connected()) {
            boolean open = true;
            for (int i = 0; i < 200 && open; i++) {
                open = frames.send(HEADERS, END_HEADERS, 2 * i + 1, post());
                frames.send(RST_STREAM, 0, 2 * i + 1, Frames.number(8));
            }
            assertThat(ended(frames)).isTrue();
        }
        othersAreServed(customer);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1_000})
    void aHeadWithoutAnEndIsClosed(int size) {
        try (Frames frames = connected()) {
            frames.send(HEADERS, END_STREAM, 1, get("/open/x"));
            boolean open = true;
            byte[] part = size == 1_000 ? fields("x", FILLER) : new byte[size];
            for (int i = 0; i < 1_000 && open; i++) {
                open = frames.send(CONTINUATION, 0, 1, part);
            }
            assertThat(ended(frames)).isTrue();
        }
        othersAreServed(customer);
    }

    @Test
    void aHeadThatStopsInTheMiddleIsClosed() {
        double before = closed("slow_head");
        try (Frames frames = connected();
                Frames other = connected()) {
            frames.send(HEADERS, END_STREAM, 1, get("/open/x"));
            other.raw().send(new byte[] {0, 0, 9, HEADERS, END_HEADERS});
            assertThat(ended(frames)).isTrue();
            assertThat(ended(other)).isTrue();
        }
        assertThat(closed("slow_head")).isEqualTo(before + 2);
        othersAreServed(customer);
    }

    @Test
    void aBodyThatStopsIsReset() {
        double before = closed("slow_body");
        int begun = arrived();
        try (Frames frames = connected()) {
            frames.send(HEADERS, END_HEADERS, 1, post("content-length", "9000"));
            frames.send(DATA, 0, 1, new byte[10]);
            assertThat(frames.outcome(1)).isEqualTo("reset");
        }
        eventually(() -> closed("slow_body") == before + 1);
        othersAreServed(customer);
        nothingArrivedUncounted(begun, customer);
    }

    @Test
    void anAnswerThatIsGivenNoRoomIsClosed() {
        double before = closed("slow_reader");
        int begun = arrived();
        byte[] noWindow = {0, 4, 0, 0, 0, 0};
        try (Frames frames = Frames.on(connect(), noWindow)) {
            frames.send(HEADERS, END_HEADERS | END_STREAM, 1, get("/open/x"));
            assertThat(frames.outcome(1)).isEqualTo("200");
            assertThat(ended(frames)).isTrue();
        }
        assertThat(closed("slow_reader")).isEqualTo(before + 1);
        nothingArrivedUncounted(begun, customer);
    }

    @Test
    void anIdleConnectionIsClosed() {
        try (Frames frames = connected()) {
            assertThat(ended(frames)).isTrue();
        }
    }

    @Test
    void aConnectionServesSoManyRequests() {
        try (Frames frames = connected()) {
            String outcome = "200";
            int stream = 1;
            while (outcome.equals("200") && stream < 200) {
                frames.send(HEADERS, END_HEADERS | END_STREAM, stream, get("/open/x"));
                outcome = frames.outcome(stream);
                stream += 2;
            }
            assertThat(outcome).isEqualTo("goaway");
            assertThat(stream / 2).isBetween(40, 42);
        }
    }

    @Test
    void floodsOfOtherFramesHarmNobody() {
        try (Frames frames = connected()) {
            for (int i = 0; i < 20_000; i++) {
                if (!frames.send(Frames.PING, 0, 0, new byte[8])) {
                    break;
                }
            }
            othersAreServed(customer);
        }
    }

    @Test
    void nobodyIsAskedToUpgrade() {
        try (Raw raw = connect()) {
            String answer =
                    raw.ask(
                            """
                            POST /open/x HTTP/1.1\r
                            Host: h\r
                            x-api-key: %s\r
                            Connection: Upgrade, HTTP2-Settings, close\r
                            Upgrade: h2c\r
                            HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r
                            Content-Length: 5\r
                            \r
                            hello"""
                                    .formatted(customer.secret()));
            assertThat(answer)
                    .startsWith("HTTP/1.1 200 ")
                    .contains("POST /open/x")
                    .doesNotContainIgnoringCase("http2-settings");
        }
    }

    private static boolean ended(Frames frames) {
        long deadline = System.nanoTime() + Wire.DEADLINE.toNanos();
        while (System.nanoTime() < deadline) {
            if (frames.next().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private Frames connected() {
        return Frames.on(connect());
    }

    private byte[] get(String path, String... more) {
        return request("GET", path, more);
    }

    private byte[] post(String... more) {
        return request("POST", "/open/x", more);
    }

    private byte[] small(String... more) {
        return request("POST", "/small/x", more);
    }

    private byte[] request(String method, String path, String... more) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                ":method",
                                method,
                                ":path",
                                path,
                                ":scheme",
                                "http",
                                ":authority",
                                "h",
                                "x-api-key",
                                customer.secret()));
        all.addAll(List.of(more));
        return fields(all.toArray(String[]::new));
    }

    private static String[] times(int count, String name, String value) {
        var all = new String[2 * count];
        for (int i = 0; i < count; i++) {
            all[2 * i] = name;
            all[2 * i + 1] = value;
        }
        return all;
    }
}
