package io.weir.gateway.upstream;

import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import tools.jackson.databind.node.ObjectNode;

/// Anthropic's messages, plain and streamed.
///
/// A stream tells the input's usage in its first event, with a placeholder for the output's, and
/// the output's, as a total, in the last but one.
final class AnthropicMessages {

    private static final int PLACEHOLDER = 1;

    private final String id = Ids.next("msg_");
    private final String model;
    private final ContentBlocks content;
    private final int inputTokens;

    private AnthropicMessages(RequestBody body) {
        if (!body.has("max_tokens")) {
            throw new InvalidRequest("Field required", "max_tokens");
        }
        model = body.text("model");
        int limit = body.count("max_tokens", 0, RequestBody.UNLIMITED);
        content =
                new ContentBlocks(
                        Reply.to(body.messages().getLast().text(), limit),
                        ToolCalls.anthropic(body));
        inputTokens = inputTokens(body);
    }

    static Answer answer(RequestBody body) {
        var messages = new AnthropicMessages(body);
        return body.flag("stream")
                ? new Answer.Events(Flux.fromIterable(messages.events()))
                : Answer.json(200, messages.message());
    }

    static Answer countTokens(RequestBody body) {
        body.text("model");
        return Answer.json(200, Answer.object().put("input_tokens", inputTokens(body)));
    }

    private static int inputTokens(RequestBody body) {
        var messages = body.messages();
        for (var message : messages) {
            if (!List.of("user", "assistant").contains(message.role())) {
                throw new InvalidRequest("A role is user or assistant", "messages");
            }
        }
        return Reply.tokensOf(body.textOf("system"))
                + messages.stream().mapToInt(each -> Reply.tokensOf(each.text())).sum();
    }

    private ObjectNode message() {
        var message = head();
        message.set("content", content.whole());
        message.put("stop_reason", content.stopReason()).putNull("stop_sequence");
        message.set("usage", usage(content.tokens()).put("service_tier", "standard"));
        return message;
    }

    private List<String> events() {
        var events = new ArrayList<String>();
        events.add(event("message_start", messageStart()));
        events.addAll(content.events());
        events.add(event("message_delta", messageDelta()));
        events.add(event("message_stop", Answer.object()));
        return events;
    }

    private ObjectNode messageStart() {
        var message = head();
        message.putArray("content");
        message.putNull("stop_reason").putNull("stop_sequence");
        message.set("usage", usage(PLACEHOLDER).put("service_tier", "standard"));
        var start = Answer.object();
        start.set("message", message);
        return start;
    }

    private ObjectNode messageDelta() {
        var event = Answer.object();
        event.putObject("delta").put("stop_reason", content.stopReason()).putNull("stop_sequence");
        event.putObject("usage").put("output_tokens", content.tokens());
        return event;
    }

    private ObjectNode head() {
        return Answer.object()
                .put("id", id)
                .put("type", "message")
                .put("role", "assistant")
                .put("model", model);
    }

    private ObjectNode usage(int outputTokens) {
        var usage =
                Answer.object()
                        .put("input_tokens", inputTokens)
                        .put("cache_creation_input_tokens", 0)
                        .put("cache_read_input_tokens", 0);
        usage.putObject("cache_creation")
                .put("ephemeral_5m_input_tokens", 0)
                .put("ephemeral_1h_input_tokens", 0);
        return usage.put("output_tokens", outputTokens);
    }

    static String event(String type, ObjectNode rest) {
        var data = Answer.object().put("type", type);
        data.setAll(rest);
        return "event: %s\ndata: %s\n\n".formatted(type, data);
    }
}
