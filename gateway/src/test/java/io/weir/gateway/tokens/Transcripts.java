package io.weir.gateway.tokens;

/// Answers as the providers document them.
final class Transcripts {

    static final String CHAT =
            """
            data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1741569952,"model":"gpt-4.1","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null}

            data: {"id":"chatcmpl-1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"Hello \\"usage\\":{\\"prompt_tokens\\":9}"},"finish_reason":null}],"usage":null}

            data: {"id":"chatcmpl-1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"f","arguments":"{\\"usage\\":1}"}}]},"usage":{"prompt_tokens":77},"finish_reason":"tool_calls"}],"usage":null}

            data: {"id":"chatcmpl-1","object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":300,"total_tokens":1300,"prompt_tokens_details":{"cached_tokens":600,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":100,"audio_tokens":0,"accepted_prediction_tokens":5,"rejected_prediction_tokens":7}}}

            data: [DONE]

            """;

    static final String RESPONSES =
            """
            event: response.created
            data: {"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","status":"in_progress","error":null,"output":[],"usage":null}}

            event: response.output_text.delta
            data: {"type":"response.output_text.delta","sequence_number":4,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"Hi","logprobs":[]}

            event: response.function_call_arguments.delta
            data: {"type":"response.function_call_arguments.delta","item_id":"fc_1","output_index":1,"delta":" there"}

            event: response.output_text.done
            data: {"type":"response.output_text.done","item_id":"msg_1","output_index":0,"content_index":0,"text":"Hi there"}

            event: response.completed
            data: {"type":"response.completed","response":{"id":"resp_1","status":"completed","error":null,"output":[{"type":"message","content":[{"type":"output_text","text":"Hi there"}]}],"usage":{"input_tokens":36,"input_tokens_details":{"cached_tokens":6},"output_tokens":87,"output_tokens_details":{"reasoning_tokens":80},"total_tokens":123},"user":null,"metadata":{}}}

            """;

    static final String INCOMPLETE =
            RESPONSES
                    .replace("response.completed", "response.incomplete")
                    .replace("\"status\":\"completed\"", "\"status\":\"incomplete\"");

    static final String FAILED =
            RESPONSES.substring(0, RESPONSES.indexOf("event: response.completed"))
                    + """
                    event: response.failed
                    data: {"type":"response.failed","response":{"id":"resp_1","status":"failed","error":{"code":"server_error","message":"The model failed."},"output":[],"usage":null}}

                    """;

    /// @param usage of the first event, without the output
    static String messages(String usage, long output) {
        return """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-4-1","content":[],"stop_reason":null,"stop_sequence":null,"usage":{%s,"output_tokens":1,"service_tier":"standard"}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        event: ping
        data: {"type": "ping"}

        : a comment
        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\\"usage\\": {\\"input_tokens\\":"}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":1,"delta":{"type":"signature_delta","signature":"EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pk"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":null},"usage":{"output_tokens":12}}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},
        data: "usage":{"output_tokens":%d,"server_tool_use":{"web_search_requests":1}}}

        event: message_stop
        data: {"type":"message_stop"}

        """
                .formatted(usage, output);
    }

    static final String MESSAGES =
            messages(
                    "\"input_tokens\":3,\"cache_creation_input_tokens\":12304,\"cache_read_input_tokens\":0,"
                            + "\"cache_creation\":{\"ephemeral_5m_input_tokens\":12304,\"ephemeral_1h_input_tokens\":0}",
                    550);

    static final String OVERLOADED =
            MESSAGES.substring(0, MESSAGES.indexOf("event: message_delta"))
                    + """
                    event: error
                    data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}

                    """;

    private Transcripts() {}

    /// The same, written in all the ways that mean the same.
    static String[] variants(String stream) {
        return new String[] {
            stream,
            stream.replace("\n", "\r\n"),
            stream.replace("\n", "\r"),
            "\uFEFF" + stream,
            ": hello\nretry: 5\nid: 1\n\n" + stream.replace("data: ", "data:"),
            stream.strip()
        };
    }
}
