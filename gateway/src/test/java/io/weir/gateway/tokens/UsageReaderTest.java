package io.weir.gateway.tokens;

import static io.weir.gateway.tokens.AnswerFormat.ANTHROPIC;
import static io.weir.gateway.tokens.AnswerFormat.OPENAI;
import static io.weir.gateway.tokens.UsageReader.Form.DOCUMENT;
import static io.weir.gateway.tokens.UsageReader.Form.EVENTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.tokens.UsageReader.Form;
import io.weir.quota.price.Tokens;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageReaderTest {

    private static final String CHAT =
            """
            data: {"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""}}],"usage":null}

            data: {"id":"c","choices":[{"index":0,"delta":{"content":"Hel\\"lo"}}],"usage":null}

            data: {"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}}]}

            data: {"id":"c","choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":300,"total_tokens":1300,"prompt_tokens_details":{"cached_tokens":600,"audio_tokens":5},"completion_tokens_details":{"reasoning_tokens":100,"audio_tokens":20}}}

            data: [DONE]

            """;
    private static final Tokens OF_CHAT = new Tokens(395, 600, 0, 0, 180, 100, 5, 20);

    private static final String RESPONSES =
            """
            event: response.output_text.delta
            data: {"type":"response.output_text.delta","delta":"Hi there"}

            event: response.completed
            data: {"type":"response.completed","response":{"id":"r","output":[{"content":[{"text":"Hi there"}]}],
            data: "usage":{"input_tokens":36,"input_tokens_details":{"cached_tokens":6},"output_tokens":87,
            data: "output_tokens_details":{"reasoning_tokens":80},"total_tokens":123}}}

            """;
    private static final Tokens OF_RESPONSES = new Tokens(30, 6, 0, 0, 7, 80, 0, 0);

    private static final String MESSAGES =
            """
            event: message_start
            data: {"type":"message_start","message":{"id":"m","content":[],"usage":{"input_tokens":3,"cache_creation_input_tokens":12304,"cache_read_input_tokens":7,"cache_creation":{"ephemeral_5m_input_tokens":12000,"ephemeral_1h_input_tokens":304},"output_tokens":1}}}

            event: ping
            data: {"type": "ping"}

            : a comment
            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":12}}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":550}}

            event: message_stop
            data: {"type":"message_stop"}

            """;
    private static final Tokens OF_MESSAGES = new Tokens(3, 7, 12_000, 304, 550, 0, 0, 0);

    @Test
    void streamsOfEachFormatAreReadToTheToken() {
        assertThat(read(OPENAI, EVENTS, CHAT).tokens()).contains(OF_CHAT);
        assertThat(read(OPENAI, EVENTS, RESPONSES).tokens()).contains(OF_RESPONSES);
        assertThat(read(ANTHROPIC, EVENTS, MESSAGES).tokens()).contains(OF_MESSAGES);
    }

    @Test
    void textThatWasDeliveredIsCountedOnce() {
        assertThat(read(OPENAI, EVENTS, CHAT).text()).isEqualTo("Hel\\\"lo{}".length());
        assertThat(read(OPENAI, EVENTS, RESPONSES).text()).isEqualTo("Hi there".length());
        assertThat(read(ANTHROPIC, EVENTS, MESSAGES).text()).isEqualTo("Hello".length());
    }

    @Test
    void cutAtEveryByteTheReadingIsTheSame() {
        for (String stream : new String[] {CHAT, RESPONSES, MESSAGES}) {
            AnswerFormat format = stream.equals(MESSAGES) ? ANTHROPIC : OPENAI;
            for (String written : variants(stream)) {
                byte[] bytes = written.getBytes(StandardCharsets.UTF_8);
                UsageReader whole = read(format, EVENTS, written);
                for (int cut = 0; cut <= bytes.length; cut++) {
                    var reader = new UsageReader(format, EVENTS);
                    reader.feed(ByteBuffer.wrap(bytes, 0, cut));
                    reader.feed(ByteBuffer.wrap(bytes, cut, bytes.length - cut));
                    reader.end();
                    assertThat(reader.tokens()).isEqualTo(whole.tokens()).isPresent();
                    assertThat(reader.text()).isEqualTo(whole.text());
                    assertThat(reader.isNonsense()).isFalse();
                }
            }
        }
    }

    @Test
    void howLinesEndAndWhatStandsBetweenDoesNotMatter() {
        for (String written : variants(CHAT)) {
            assertThat(read(OPENAI, EVENTS, written).tokens()).contains(OF_CHAT);
        }
    }

    @Test
    void documentsAreReadWhole() {
        String chat =
                """
                {"object":"chat.completion","choices":[{"message":{"content":"usage {\\"usage\\":1}"}}],
                 "usage":{"prompt_tokens":10,"completion_tokens":2,"prompt_tokens_details":null}}
                """;
        String embeddings =
                "{\"data\":[{\"embedding\":[-0.5,1e-3]}],\"usage\":{\"prompt_tokens\":8}}";
        String message =
                "{\"content\":[{\"usage\":{\"input_tokens\":99}}],\"usage\":{\"input_tokens\":6,"
                        + "\"cache_creation_input_tokens\":159217,\"output_tokens\":2745}}";

        assertThat(read(OPENAI, DOCUMENT, chat).tokens())
                .contains(new Tokens(10, 0, 0, 0, 2, 0, 0, 0));
        assertThat(read(OPENAI, DOCUMENT, embeddings).tokens())
                .contains(new Tokens(8, 0, 0, 0, 0, 0, 0, 0));
        assertThat(read(ANTHROPIC, DOCUMENT, message).tokens())
                .contains(new Tokens(6, 0, 159_217, 0, 2_745, 0, 0, 0));
    }

    @Test
    void absentIsNotZeroAndZeroIsNotAbsent() {
        assertThat(read(OPENAI, DOCUMENT, "{\"usage\":null}").tokens()).isEmpty();
        assertThat(read(OPENAI, DOCUMENT, "{\"usage\":{}}").tokens()).isEmpty();
        assertThat(read(OPENAI, DOCUMENT, "").tokens()).isEmpty();
        assertThat(
                        read(
                                        OPENAI,
                                        DOCUMENT,
                                        "{\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0}}")
                                .tokens())
                .contains(Tokens.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-5", "9007199254740993", "1e308", "\"12\"", "1.5", "99999999999999999999"})
    void whatCannotBeTrueIsNonsense(String figure) {
        String document =
                "{\"usage\":{\"prompt_tokens\":%s,\"completion_tokens\":1}}".formatted(figure);

        assertThat(read(OPENAI, DOCUMENT, document).isNonsense()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "null", "true", "{}", "[7]"})
    void whatIsNoNumberIsNoStatement(String figure) {
        String document =
                "{\"usage\":{\"completion_tokens\":1,\"prompt_tokens\":%s}}".formatted(figure);

        assertThat(read(OPENAI, DOCUMENT, document).tokens()).isEmpty();
    }

    @Test
    void aNumberThatWasCutOffIsNotBelieved() {
        String cut = "{\"usage\":{\"prompt_tokens\":12";

        assertThat(read(OPENAI, DOCUMENT, cut).tokens()).isEmpty();
        assertThat(read(OPENAI, DOCUMENT, cut + ",").tokens()).isPresent();
    }

    @Test
    void partsAreNeverMoreThanTheWhole() {
        String document =
                """
                {"usage":{"prompt_tokens":10,"completion_tokens":4,"prompt_tokens_details":{"cached_tokens":50,
                "audio_tokens":9},"completion_tokens_details":{"reasoning_tokens":9,"audio_tokens":9}}}
                """;

        assertThat(read(OPENAI, DOCUMENT, document).tokens())
                .contains(new Tokens(0, 10, 0, 0, 0, 4, 0, 0));
    }

    @Test
    void noBytesMakeItFailOrCountBelowZero() {
        long seed = new Random().nextLong();
        System.out.println("seed: " + seed);
        var random = new Random(seed);
        byte[] pieces = (CHAT + MESSAGES + "{[]}\"\\:,-0e9").getBytes(StandardCharsets.UTF_8);
        for (int run = 0; run < 3_000; run++) {
            byte[] bytes = pieces.clone();
            for (int i = random.nextInt(200); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] =
                        random.nextBoolean()
                                ? pieces[random.nextInt(pieces.length)]
                                : (byte) random.nextInt();
            }
            AnswerFormat format = random.nextBoolean() ? OPENAI : ANTHROPIC;
            var reader = new UsageReader(format, random.nextBoolean() ? EVENTS : DOCUMENT);
            reader.feed(ByteBuffer.wrap(bytes));
            reader.end();
            assertThat(reader.text()).isBetween(0L, (long) bytes.length);
            reader.tokens().ifPresent(tokens -> assertThat(tokens.input()).isNotNegative());
        }
    }

    private static String[] variants(String stream) {
        return new String[] {
            stream,
            stream.replace("\n", "\r\n"),
            stream.replace("\n", "\r"),
            "\uFEFF" + stream,
            ": hello\nretry: 5\n\n" + stream.replace("data: ", "data:"),
            stream.strip()
        };
    }

    private static UsageReader read(AnswerFormat format, Form form, String written) {
        var reader = new UsageReader(format, form);
        reader.feed(ByteBuffer.wrap(written.getBytes(StandardCharsets.UTF_8)));
        reader.end();
        return reader;
    }
}
