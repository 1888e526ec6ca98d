package io.weir.gateway.upstream;

import static io.weir.gateway.upstream.StubUpstreamTest.verify;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiTest {

    private static final String CHAT = "/v1/chat/completions";
    private static final UpstreamCalls upstream = new UpstreamCalls();

    @AfterAll
    static void stop() {
        upstream.close();
    }

    @Test
    void countsAWordAsATokenInACompletion() {
        verify(
                upstream.post(
                        CHAT,
                        """
                        {"model": "gpt-4o-mini", "n": 2, "max_tokens": 3, "messages": [
                          {"role": "system", "content": "Be brief."},
                          {"role": "user", "content": [{"type": "text", "text": "one two three"}]}]}
                        """),
                called -> {
                    var json = called.json();
                    assertThat(json.at("/choices/1/message/content").stringValue())
                            .isEqualTo("You said: one");
                    assertThat(json.at("/choices/1/finish_reason").stringValue())
                            .isEqualTo("length");
                    assertThat(json.at("/usage/prompt_tokens").intValue()).isEqualTo(5);
                    assertThat(json.at("/usage/completion_tokens").intValue()).isEqualTo(6);
                    assertThat(json.at("/usage/total_tokens").intValue()).isEqualTo(11);
                });
    }

    @Test
    void streamsUsageInAChunkOfItsOwnWhenAsked() {
        verify(
                upstream.post(CHAT, streamed(", \"stream_options\": {\"include_usage\": true}")),
                called -> {
                    List<String> data = called.data();
                    assertThat(called.type()).startsWith("text/event-stream");
                    assertThat(data).hasSize(7);
                    assertThat(data.getFirst()).contains("\"role\":\"assistant\"");
                    assertThat(data.get(4)).contains("\"finish_reason\":\"stop\"");
                    assertThat(data.get(5)).contains("\"choices\":[]", "\"completion_tokens\":3");
                    assertThat(data.getLast()).isEqualTo("[DONE]");
                    assertThat(data.subList(0, 5)).allMatch(it -> it.contains("\"usage\":null"));
                });
    }

    @Test
    void streamsNoUsageUnasked() {
        verify(
                upstream.post(CHAT, streamed("")),
                called -> {
                    assertThat(called.data()).hasSize(6).noneMatch(it -> it.contains("usage"));
                    assertThat(called.data().getLast()).isEqualTo("[DONE]");
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    not JSON                                                | body
                    []                                                      | body
                    {"messages": [{"role": "user", "content": "a"}]}        | model
                    {"model": "m"}                                          | messages
                    {"model": "m", "messages": []}                          | messages
                    {"model": "m", "messages": [{}]}                        | messages.0.role
                    {"model": "m", "n": 0, "messages": [{"role": "user"}]}  | n
                    {"model": "m", "n": "1", "messages": [{"role": "user"}]} | n
                    {"model": "m", "stream": 1, "messages": [{"role": "user"}]} | stream
                    {"model": "m", "stream_options": {}, "messages": [{"role": "u"}]} | stream_options
                    """)
    void refusesAnInvalidBodyByTheNameOfItsField(String body, String field) {
        verify(
                upstream.post(CHAT, body),
                called -> {
                    assertThat(called.status()).isEqualTo(400);
                    assertThat(called.json().at("/error/param").stringValue()).isEqualTo(field);
                    assertThat(called.json().at("/error/type").stringValue())
                            .isEqualTo("invalid_request_error");
                });
    }

    @Test
    void answersAResponse() {
        verify(
                upstream.post("/v1/responses", "{\"model\": \"m\", \"input\": \"one two\"}"),
                called -> {
                    var json = called.json();
                    assertThat(json.at("/output/0/content/0/text").stringValue())
                            .isEqualTo("You said: one two");
                    assertThat(json.at("/usage/input_tokens").intValue()).isEqualTo(2);
                    assertThat(json.at("/usage/output_tokens").intValue()).isEqualTo(4);
                });
    }

    @Test
    void streamsAResponseWithItsUsageInTheLastEvent() {
        verify(
                upstream.post(
                        "/v1/responses",
                        "{\"model\": \"m\", \"input\": \"one\", \"stream\": true}"),
                called -> {
                    assertThat(called.events())
                            .startsWith("response.created", "response.output_item.added")
                            .endsWith("response.output_item.done", "response.completed");
                    assertThat(called.data().getLast())
                            .contains("\"input_tokens\":1", "\"output_tokens\":3");
                });
    }

    @Test
    void callsEveryToolItIsOfferedAndSpeaksOnceItHasAResult() {
        String tools =
                "\"tools\": [%1$s, %1$s]"
                        .formatted("{\"type\": \"function\", \"function\": {\"name\": \"f\"}}");
        String asked =
                "{\"model\": \"m\", %s, \"messages\": [{\"role\": \"%s\", \"content\": \"x y\"}]}";
        verify(
                upstream.post(CHAT, asked.formatted(tools, "user")),
                called -> {
                    var choice = called.json().at("/choices/0");
                    assertThat(choice.at("/finish_reason").stringValue()).isEqualTo("tool_calls");
                    assertThat(choice.at("/message/tool_calls/1/function/arguments").stringValue())
                            .isEqualTo("{\"said\": \"x y\"}");
                    assertThat(called.json().at("/usage/completion_tokens").intValue())
                            .isEqualTo(8);
                });
        verify(
                upstream.post(CHAT, asked.formatted(tools, "tool")),
                called ->
                        assertThat(called.json().at("/choices/0/finish_reason").stringValue())
                                .isEqualTo("stop"));
    }

    @Test
    void embedsEachInput() {
        verify(
                upstream.post("/v1/embeddings", "{\"model\": \"m\", \"input\": [\"a b\", \"c\"]}"),
                called -> {
                    assertThat(called.json().at("/data/1/index").intValue()).isEqualTo(1);
                    assertThat(called.json().at("/usage/total_tokens").intValue()).isEqualTo(3);
                });
    }

    private static String streamed(String more) {
        return """
               {"model": "m", "messages": [{"role": "user", "content": "hi"}], "stream": true%s}
               """
                .formatted(more);
    }
}
