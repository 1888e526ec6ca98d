package io.weir.gateway.upstream;

import static io.weir.gateway.upstream.StubUpstreamTest.verify;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnthropicMessagesTest {

    private static final UpstreamCalls upstream = new UpstreamCalls();

    @AfterAll
    static void stop() {
        upstream.close();
    }

    @Test
    void countsAWordAsATokenInAMessage() {
        verify(
                upstream.post("/v1/messages", asked(2, "")),
                called -> {
                    var json = called.json();
                    assertThat(json.at("/content/0/text").stringValue()).isEqualTo("You said:");
                    assertThat(json.at("/stop_reason").stringValue()).isEqualTo("max_tokens");
                    assertThat(json.at("/usage/input_tokens").intValue()).isEqualTo(3);
                    assertThat(json.at("/usage/output_tokens").intValue()).isEqualTo(2);
                });
    }

    @Test
    void streamsItsEventsInTheDocumentedOrder() {
        verify(
                upstream.post("/v1/messages", asked(50, ", \"stream\": true")),
                called -> {
                    assertThat(called.events())
                            .containsExactly(
                                    "message_start",
                                    "content_block_start",
                                    "ping",
                                    "content_block_delta",
                                    "content_block_delta",
                                    "content_block_delta",
                                    "content_block_stop",
                                    "message_delta",
                                    "message_stop");
                    assertThat(called.data().getFirst())
                            .contains("\"input_tokens\":3", "\"output_tokens\":1");
                    assertThat(called.data().get(7))
                            .contains("\"end_turn\"", "\"output_tokens\":3");
                });
    }

    @Test
    void streamsABlockForEachToolItIsOffered() {
        String tools = ", \"stream\": true, \"tools\": [{\"name\": \"f\"}, {\"name\": \"g\"}]";
        verify(
                upstream.post("/v1/messages", asked(50, tools)),
                called -> {
                    assertThat(called.events())
                            .filteredOn(event -> event.equals("content_block_start"))
                            .hasSize(2);
                    assertThat(called.data().get(called.data().size() - 2))
                            .contains("\"tool_use\"", "\"output_tokens\":6");
                });
    }

    @Test
    void countsTokensAhead() {
        verify(
                upstream.post("/v1/messages/count_tokens", asked(1, "")),
                called -> assertThat(called.body()).isEqualTo("{\"input_tokens\":3}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"model": "m", "messages": [{"role": "user", "content": "a"}]} | max_tokens
                    {"model": "m", "max_tokens": 0, "messages": [{"role": "user"}]} | max_tokens
                    {"max_tokens": 1, "messages": [{"role": "user"}]}              | model
                    {"model": "m", "max_tokens": 1, "messages": [{"role": "x"}]}   | messages
                    """)
    void refusesAnInvalidBodyByTheNameOfItsField(String body, String field) {
        verify(
                upstream.post("/v1/messages", body),
                called -> {
                    assertThat(called.status()).isEqualTo(400);
                    assertThat(called.json().at("/error/message").stringValue())
                            .startsWith(field + ":");
                });
    }

    private static String asked(int maxTokens, String more) {
        return """
               {"model": "m", "system": "Be brief.", "max_tokens": %d,
                "messages": [{"role": "user", "content": "hi"}]%s}
               """
                .formatted(maxTokens, more);
    }
}
