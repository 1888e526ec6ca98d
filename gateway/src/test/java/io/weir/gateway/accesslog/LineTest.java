package io.weir.gateway.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.accesslog.Entry.Asked;
import io.weir.gateway.accesslog.Entry.End;
import io.weir.gateway.accesslog.Entry.Told;
import io.weir.quota.subject.Subject;
import io.weir.quota.subject.SubjectKind;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LineTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @Test
    void aLineTellsWhoAskedForWhatAndWhatBecameOfIt() {
        var key = new UUID(1, 2);
        Entry entry = entry("/demo/a?model=m", null, null, "curl/8");
        entry.id = "req_1";
        entry.route = "demo";
        entry.key = new Subject(SubjectKind.KEY, key);
        entry.decision = "admitted";

        String line = Line.of(entry.ended(new Told(200, 68, "req_1", End.COMPLETE), 5_000_000));

        assertThat(line)
                .isEqualTo(
                        """
                        {"time":"1970-01-01T00:00:01Z","request_id":"req_1","remote":"127.0.0.1",\
                        "method":"GET","path":"/demo/a","protocol":"HTTP/1.1","route":"demo",\
                        "key":"key_%s","decision":"admitted","status":200,"bytes":68,\
                        "duration_us":4000,"end":"complete","user_agent":"curl/8"}
                        """
                                .formatted(key));
    }

    @Test
    void whatGotNoAnswerHasNoStatus() {
        Entry entry = entry("/a", null, null, null);

        JsonNode line = json(entry.ended(new Told(0, -1, null, End.ABORTED), 1_000_000));

        assertThat(line.has("status")).isFalse();
        assertThat(line.has("bytes")).isFalse();
        assertThat(line.get("end").stringValue()).isEqualTo("aborted");
    }

    @Test
    void nothingACallerSendsEndsALineOrBeginsAnother() {
        for (char c = 0; c < 0x250; c++) {
            String line = Line.of(entry("/a", null, null, "x" + c + "y"));

            assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
            assertThat(line.chars()).allMatch(each -> each == '\n' || (each >= 32 && each < 127));
            assertThat(JsonMapper.shared().readTree(line).get("user_agent").stringValue())
                    .isEqualTo("x" + c + "y");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b, /a/b",
        "/a?key=weir_sk_123, /a",
        "/a#b?c, /a",
        "http://user:secret@host/a?b, /a",
        "http://user:secret@host, /",
        "*, *",
        "/%0aforged, /%0aforged",
        "/weir_sk_0123456789abcdefghijklmnopqrstuvwxyzAB/x, /weir_sk_.../x",
        "/weir%5Fsk%5f0123456789abcdef, /weir%5Fsk%5f...",
    })
    void aPathIsToldWithoutItsQueryAndWithoutKeys(String uri, String path) {
        assertThat(json(entry(uri, null, null, null)).get("path").stringValue()).isEqualTo(path);
    }

    @Test
    void whatIsLongIsCut() {
        JsonNode line = json(entry("/" + "x".repeat(8_000), null, null, "y".repeat(8_000)));

        assertThat(line.get("path").stringValue()).hasSize(1_027).endsWith("x...");
        assertThat(line.get("user_agent").stringValue()).hasSize(259).endsWith("y...");
    }

    @ParameterizedTest
    @ValueSource(strings = {"7f3a", "order:17/retry=2", "a@b.example", "A-_.+="})
    void anIdThatOthersGaveIsTold(String id) {
        assertThat(json(entry("/a", id, null, null)).get("correlation_id").stringValue())
                .isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "{\"x\":1}", "ä", "a,b", "<a>"})
    void whatIsNoIdIsNotTold(String id) {
        assertThat(json(entry("/a", id, null, null)).has("correlation_id")).isFalse();
        assertThat(json(entry("/a", "x".repeat(129), null, null)).has("correlation_id")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "00-" + TRACE + "-00f067aa0ba902b7-01, " + TRACE,
        "00-" + TRACE + "-00f067aa0ba902b7, ",
        "garbage, ",
    })
    void theTraceOfARequestIsTold(String parent, @Nullable String trace) {
        JsonNode told = json(entry("/a", null, parent, null)).get("trace_id");

        assertThat(told == null ? null : told.stringValue()).isEqualTo(trace);
    }

    private static JsonNode json(Entry entry) {
        return JsonMapper.shared().readTree(Line.of(entry));
    }

    private static Entry entry(
            String uri,
            @Nullable String correlation,
            @Nullable String traceparent,
            @Nullable String agent) {
        return new Entry(
                1_000,
                1_000_000,
                new Asked("127.0.0.1", "GET", uri, "HTTP/1.1", correlation, traceparent, agent));
    }
}
