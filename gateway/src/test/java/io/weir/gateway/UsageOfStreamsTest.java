package io.weir.gateway;

import static io.weir.gateway.Wire.eventually;
import static io.weir.gateway.Wire.eventuallyAnswers;
import static java.util.concurrent.CompletableFuture.supplyAsync;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.Transcripts.Told;
import io.weir.gateway.World.Customer;
import io.weir.quota.admission.Admission;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/// How answers of language models end, and what is charged then.
class UsageOfStreamsTest extends ModelGateway {

    private static final String CHAT = "/openai/v1/chat/completions";
    private static final String BENT = "/bent/v1/chat/completions";
    private static final String EVENTS = "text/event-stream";
    private static final String DELTA =
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"eight by\"}}]}\n\n";
    private static final String USAGE =
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":%s}}\n\n";

    @Autowired Admission admission;

    @BeforeEach
    void prices() {
        world.changePrices(PRICES);
        Customer first = withBudget(CREDIT);
        eventuallyAnswers(200, () -> post(CHAT, chat("priced", "a", ",\"max_tokens\":9"), first));
    }

    @AfterEach
    void nothingIsLeftOpen() {
        eventually(() -> admission.openReservations() == 0);
    }

    /// The stream goes on at the upstream for half a second, and tells then.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoHangsUpPaysWhatTheUpstreamThenSays(boolean reset) {
        Customer customer = withBudget(CREDIT);

        hangUp(CHAT + "?pace=50", "one two three four", 2, reset, customer);

        eventually(
                () ->
                        tokens(customer, "canceled")
                                .equals(Map.of("input", 4L, "output", 6L, "estimated", 0L)));
        assertThat(used(customer, "budget")).isEqualTo(4 * 3_000 + 6 * 15_000);
    }

    /// Nobody waits for the end of a stream for longer than three seconds.
    @Test
    void whoHangsUpOnALongStreamPaysWhatWasCounted() {
        Customer customer = withBudget(CREDIT);

        hangUp(CHAT + "?pace=700", "one two three four five six", 2, true, customer);

        eventually(() -> told(customer, "requests", "priced", "canceled") == 1);
        long output = told(customer, "output", "priced", "canceled");
        assertThat(output).isBetween(2L, 8L);
        assertThat(told(customer, "tokens_estimated", "priced", "canceled"))
                .isEqualTo(output + told(customer, "input", "priced", "canceled"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip"})
    void aCompressedAnswerIsMeteredToo(String encoding) {
        Customer customer = withBudget(CREDIT);
        String answer = DELTA + USAGE.formatted(5) + "data: [DONE]\n\n";

        bent(answer, encoding.equals("gzip"), false, customer);

        eventually(
                () ->
                        tokens(customer, "served")
                                .equals(Map.of("input", 7L, "output", 5L, "estimated", 0L)));
    }

    @ParameterizedTest
    @CsvSource({"-5", "9007199254740993", "1e308", "'\"12\"'", "NaN"})
    void whatCantBeTrueCostsWhatWasSetAsideAndNoMore(String stated) {
        Customer customer = withBudget(CREDIT);
        String body = chat("priced", "one two", ",\"stream\":true,\"max_tokens\":50");

        bent(DELTA + USAGE.formatted(stated) + "data: [DONE]\n\n", false, false, customer);

        eventually(() -> told(customer, "requests", "priced", "served") == 1);
        assertThat(used(customer, "budget"))
                .isLessThanOrEqualTo(body.length() * 3_000L + 50 * 15_000L)
                .isPositive();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAnswerWithoutUsageCostsWhatWasDelivered(boolean cut) {
        Customer customer = withBudget(CREDIT);
        String answer = DELTA.repeat(3) + (cut ? "" : "data: [DONE]\n\n");

        bent(answer, false, cut, customer);

        String outcome = cut ? "failed" : "served";
        eventually(() -> told(customer, "output", "priced", outcome) == 6);
        assertThat(tokens(customer, outcome).get("estimated"))
                .isEqualTo(6 + told(customer, "input", "priced", outcome));
        assertThat(told(customer, "input", "priced", outcome)).isPositive();
    }

    @Test
    void anErrorOfTheUpstreamCostsNoTokens() {
        Customer customer = withBudget(CREDIT);
        Transcripts.tell(
                "priced", new Told(500, "application/json", "{\"error\":{}}", false, false));

        assertThat(post(BENT, chat("priced", "a", ",\"max_tokens\":5"), customer).statusCode())
                .isEqualTo(500);

        eventually(() -> told(customer, "requests", "priced", "served") == 1);
        assertThat(used(customer, "budget")).isZero();
    }

    /// Its bound was written for what was left when it began; another request takes that meanwhile.
    @Test
    void aStreamEndsWithAnErrorOfItsApiWhenTheLimitsHaveNoMore() throws IOException {
        Customer customer = withTokens(30_000);
        String words = "a ".repeat(3_000);
        try (var stream = new Stream(CHAT + "?pace=1", words, ",\"stream\":true", customer)) {
            stream.readEvents(2);
            String other = chat("priced", "b", ",\"max_tokens\":22000");
            var waiting = supplyAsync(() -> post(CHAT + "?delay=9000", other, customer));

            String rest = stream.readAll();

            assertThat(rest.substring(Math.max(0, rest.length() - 1_000)))
                    .contains("\"code\":\"rate_limit_exceeded\"")
                    .doesNotContain("[DONE]");
            assertThat(waiting.join().statusCode()).isEqualTo(200);
        }
        eventually(() -> told(customer, "requests", "priced", "served") == 2);
        assertThat(told(customer, "output", "priced", "served")).isBetween(1_024L, 2_900L);
    }

    private void bent(String answer, boolean gzip, boolean cut, Customer customer) {
        Transcripts.tell("priced", new Told(200, EVENTS, answer, gzip, cut));
        String body = chat("priced", "one two", ",\"stream\":true,\"max_tokens\":50");
        try {
            assertThat(post(BENT, body, customer).statusCode()).isEqualTo(200);
        } catch (UncheckedIOException broken) {
            assertThat(cut).as(() -> broken + " " + broken.getCause()).isTrue();
        }
    }

    /// Leaves after so many events.
    private void hangUp(String path, String says, int events, boolean reset, Customer customer) {
        String more = ",\"stream\":true,\"max_tokens\":50";
        try (var stream = new Stream(path, says, more, customer)) {
            stream.readEvents(events);
            if (reset) {
                stream.socket.setSoLinger(true, 0);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// A caller's end of a stream.
    private final class Stream implements AutoCloseable {

        final Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        final BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));

        Stream(String path, String says, String more, Customer customer) throws IOException {
            String body = chat("priced", says, more);
            String head =
                    "POST %s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
                            .formatted(path, customer.secret(), body.length());
            socket.getOutputStream().write((head + body).getBytes(StandardCharsets.UTF_8));
        }

        void readEvents(int events) throws IOException {
            for (int seen = 0; seen < events; ) {
                String line = in.readLine();
                assertThat(line).isNotNull();
                seen += line.startsWith("data:") ? 1 : 0;
            }
        }

        String readAll() throws IOException {
            var text = new StringBuilder();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                text.append(line).append('\n');
            }
            return text.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
