package io.weir.gateway;

import static io.weir.gateway.Wire.eventually;
import static io.weir.gateway.Wire.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.Source.Words;
import io.weir.gateway.World.Customer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers are compressed for those who take them so, where that does no harm.
class OutwardCompressionTest extends OutwardGateway {

    private static final String LONG = "{\"text\":\"" + "all the same ".repeat(1_000) + "\"}";
    private static final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    final Customer customer = world.customer(1_000, "1000, 5");

    @Test
    void aLongAnswerIsCompressedAndCountedOnce() throws Exception {
        source.says(new Words(200, Map.of(), LONG));

        var answer = get("/told/a", "gzip");

        assertThat(field(answer, "content-encoding")).isEqualTo("gzip");
        assertThat(answer.headers().allValues("vary")).contains("accept-encoding");
        assertThat(answer.body().length).isLessThan(LONG.length() / 10);
        try (var plain = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
            assertThat(new String(plain.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(LONG);
        }
        eventually(() -> world.requests(customer, "served") == 1);
    }

    @Test
    void whoDoesNotTakeItSoGetsItAsItIs() throws Exception {
        source.says(new Words(200, Map.of(), LONG));

        var answer = get("/told/a", "identity");

        assertThat(field(answer, "content-encoding")).isEmpty();
        assertThat(answer.headers().allValues("vary")).contains("accept-encoding");
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(LONG);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cache-control: no-transform", "etag: \"strong\""})
    void whatMustStayAsItIsStaysSo(String field) throws Exception {
        source.says(new Words(200, Words.header(field), LONG));

        var answer = get("/told/a", "gzip");

        assertThat(field(answer, "content-encoding")).isEmpty();
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(LONG);
    }

    @Test
    void aShortAnswerIsNot() throws Exception {
        assertThat(field(get("/plain/a", "gzip"), "content-encoding")).isEmpty();
    }

    @Test
    void aStreamOfEventsIsNot() throws Exception {
        var answer =
                http.send(
                        request("/plain/v1/chat/completions", customer)
                                .header("accept-encoding", "gzip")
                                .header("content-type", "application/json")
                                .POST(
                                        BodyPublishers.ofString(
                                                """
                                                {"model": "m", "stream": true, "messages":
                                                 [{"role": "user", "content": "hi"}]}
                                                """))
                                .build(),
                        BodyHandlers.ofString());

        assertThat(answer.headers().firstValue("content-type").orElseThrow())
                .startsWith("text/event-stream");
        assertThat(header(answer, "content-encoding")).isEmpty();
        assertThat(answer.body()).endsWith("data: [DONE]\n\n");
    }

    private HttpResponse<byte[]> get(String path, String encoding)
            throws IOException, InterruptedException {
        return http.send(
                request(path, customer).header("accept-encoding", encoding).build(),
                BodyHandlers.ofByteArray());
    }

    private static String field(HttpResponse<byte[]> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
