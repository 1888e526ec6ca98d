package io.weir.gateway.tokens;

import static io.weir.gateway.tokens.AnswerFormat.ANTHROPIC;
import static io.weir.gateway.tokens.AnswerFormat.OPENAI;
import static io.weir.gateway.tokens.UsageReader.Form.DOCUMENT;
import static io.weir.gateway.tokens.UsageReader.Form.EVENTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.tokens.UsageReader.Form;
import io.weir.quota.price.Price;
import io.weir.quota.price.Price.PerMillion;
import io.weir.quota.price.Tokens;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TranscriptsTest {

    private static final long DOLLAR = 1_000_000_000;

    @Test
    void chatCompletions() {
        atEveryCut(
                OPENAI,
                Transcripts.CHAT,
                reader -> {
                    assertThat(reader.tokens())
                            .contains(new Tokens(400, 600, 0, 0, 200, 100, 0, 0));
                    assertThat(reader.isComplete()).isTrue();
                    assertThat(reader.text()).isEqualTo(37 + 13);
                    assertThat(reader.estimate()).isEqualTo(13);
                });
    }

    @Test
    void responses() {
        for (String stream : new String[] {Transcripts.RESPONSES, Transcripts.INCOMPLETE}) {
            atEveryCut(
                    OPENAI,
                    stream,
                    reader -> {
                        assertThat(reader.tokens()).contains(new Tokens(30, 6, 0, 0, 7, 80, 0, 0));
                        assertThat(reader.isComplete()).isTrue();
                        assertThat(reader.estimate()).isEqualTo(2);
                    });
        }
    }

    @Test
    void whatFailedIsNotComplete() {
        UsageReader failed = read(OPENAI, EVENTS, Transcripts.FAILED);
        UsageReader overloaded = read(ANTHROPIC, EVENTS, Transcripts.OVERLOADED);
        String azure =
                "event: error\ndata: {\"type\":\"error\",\"code\":\"rate_limit_exceeded\"}\n\n";
        String late = "data: {\"error\":{\"message\":\"Down\"}}\n\n" + Transcripts.CHAT;

        assertThat(failed.tokens()).isEmpty();
        assertThat(failed.estimate()).isEqualTo(2);
        assertThat(failed.isComplete()).isFalse();
        assertThat(overloaded.tokens()).contains(new Tokens(3, 0, 12_304, 0, 1, 0, 0, 0));
        assertThat(overloaded.estimate()).isEqualTo(9);
        assertThat(overloaded.isComplete()).isFalse();
        assertThat(read(OPENAI, EVENTS, azure).isComplete()).isFalse();
        assertThat(read(OPENAI, EVENTS, late).isComplete()).isFalse();
    }

    @Test
    void aStreamThatBreaksOffIsNotComplete() {
        for (String stream : new String[] {Transcripts.CHAT, Transcripts.RESPONSES}) {
            int end = stream.strip().length() - 1;
            assertThat(read(OPENAI, EVENTS, stream.substring(0, end / 2)).isComplete()).isFalse();
        }
        String almost =
                Transcripts.MESSAGES.replace("\"type\":\"message_stop\"", "\"type\":\"message\"");
        assertThat(read(ANTHROPIC, EVENTS, almost).isComplete()).isFalse();
        assertThat(read(ANTHROPIC, EVENTS, Transcripts.MESSAGES).isComplete()).isTrue();
        assertThat(read(OPENAI, DOCUMENT, "{\"usage\":{}").isComplete()).isFalse();
        assertThat(read(OPENAI, DOCUMENT, "{\"usage\":{}}").isComplete()).isTrue();
        assertThat(read(OPENAI, DOCUMENT, "{\"error\":null}").isComplete()).isTrue();
        assertThat(read(OPENAI, DOCUMENT, "{\"error\":{\"code\":1}}").isComplete()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"3, 12304, 550, 3, 3.75, 15, 54399000", "6, 159217, 2745, 5, 6.25, 25, 1063761250"})
    void messagesCostWhatTheyCostAtEveryCut(
            long input,
            long written,
            long output,
            double in,
            double write,
            double out,
            long nanos) {
        var each = new PerMillion(nanos(in), nanos(in), nanos(write), nanos(write), nanos(out));
        var price = new Price(0, each);
        String usage =
                "\"input_tokens\":%d,\"cache_creation_input_tokens\":%d,\"cache_read_input_tokens\":0"
                        .formatted(input, written);

        atEveryCut(
                ANTHROPIC,
                Transcripts.messages(usage, output),
                reader -> assertThat(reader.tokens().map(price::of)).contains(nanos));
    }

    @Test
    void ofDocumentsTheTextIsCountedToo() {
        String chat =
                """
                {"choices":[{"message":{"content":"12345","refusal":null,"tool_calls":[{"function":{"name":"f",
                "arguments":"{}"}},{"custom":{"input":"abc"}}]},"text":"no"}],"usage":{"prompt_tokens":1}}
                """;
        String response =
                """
                {"output":[{"type":"reasoning","summary":[{"text":"abc"}]},{"content":[{"text":"12345"}]},
                {"type":"function_call","arguments":"{}"}],"text":{"format":{"type":"text"}},"delta":"no"}
                """;
        String message =
                """
                {"type":"message","content":[{"type":"thinking","thinking":"abc","signature":"no"},{"text":"12345"},
                {"type":"tool_use","input":{"a":{"text":"b"}}}]}
                """;

        assertThat(read(OPENAI, DOCUMENT, chat).text()).isEqualTo(5 + 2 + 3 + 2);
        assertThat(read(OPENAI, DOCUMENT, chat).estimate()).isEqualTo(4);
        assertThat(read(OPENAI, DOCUMENT, response).text()).isEqualTo(3 + 5 + 2);
        assertThat(read(ANTHROPIC, DOCUMENT, message).text()).isEqualTo(3 + 5 + 18);
        assertThat(read(ANTHROPIC, DOCUMENT, message.substring(0, 140)).text()).isGreaterThan(8);
    }

    @Test
    void usageThatIsStatedAgainIsCumulative() {
        String twice =
                Transcripts.CHAT.replace("\"usage\":null", "\"usage\":{\"prompt_tokens\":5}");
        String late = Transcripts.CHAT + "data: {\"usage\":{\"completion_tokens\":400}}\n\n";
        String zero =
                "{\"usage\":{\"prompt_tokens\":5,\"prompt_tokens\":0,\"completion_tokens\":0}}";

        assertThat(read(OPENAI, EVENTS, twice).tokens())
                .isEqualTo(read(OPENAI, EVENTS, Transcripts.CHAT).tokens());
        assertThat(read(OPENAI, EVENTS, late).tokens())
                .contains(new Tokens(400, 600, 0, 0, 300, 100, 0, 0));
        assertThat(read(OPENAI, DOCUMENT, zero).tokens()).contains(Tokens.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"choices\":[{\"usage\":{\"prompt_tokens\":-5}}]}",
                "{\"choices\":[{\"message\":{\"usage\":{\"prompt_tokens\":5}}}]}",
                "{\"choices\":{\"usage\":{\"prompt_tokens\":5}}}",
                "{\"response\":{\"usage\":{\"prompt_tokens\":5}}}",
                "{\"usage\":[{\"prompt_tokens\":5}]}",
                "{\"usage\":{\"usage\":{\"prompt_tokens\":5}}}",
                "{\"usage\":{\"server_tool_use\":{\"prompt_tokens\":5}}}",
                "{\"usage\":{\"prompt_tokens\":NaN}}",
                "[{\"usage\":{\"prompt_tokens\":5}}]",
                "\"usage\":{\"prompt_tokens\":5}",
                "{\"x\":\"\\\"usage\\\":{\\\"prompt_tokens\\\":5}\"}",
                "{\"usage\":{\"prompt_tokens\":12"
            })
    void whatStandsInWrongPlacesTellsNothing(String document) {
        UsageReader reader = read(OPENAI, DOCUMENT, document);

        assertThat(reader.tokens()).isEmpty();
        assertThat(reader.isNonsense()).isFalse();
    }

    private static long nanos(double dollars) {
        return Math.round(dollars * DOLLAR);
    }

    private static void atEveryCut(AnswerFormat format, String stream, Consumer<UsageReader> test) {
        for (String written : Transcripts.variants(stream)) {
            byte[] bytes = written.getBytes(StandardCharsets.UTF_8);
            ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
            for (int cut = 0; cut <= bytes.length; cut++) {
                var reader = new UsageReader(format, EVENTS);
                reader.feed(direct.slice(0, cut));
                reader.feed(ByteBuffer.wrap(bytes, cut, bytes.length - cut));
                reader.end();
                assertThat(reader.isNonsense()).isFalse();
                test.accept(reader);
            }
        }
    }

    private static UsageReader read(AnswerFormat format, Form form, String written) {
        var reader = new UsageReader(format, form);
        reader.feed(ByteBuffer.wrap(written.getBytes(StandardCharsets.UTF_8)));
        reader.end();
        return reader;
    }
}
