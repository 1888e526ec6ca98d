package io.weir.gateway.upstream;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// OpenAI's Responses API, plain and streamed; a stream tells its usage in the last event.
final class OpenAiResponses {

    private final String id = Ids.next("resp_");
    private final String messageId = Ids.next("msg_");
    private final long created = Instant.now().getEpochSecond();
    private final String model;
    private final Reply reply;
    private final int inputTokens;
    private final List<String> events = new ArrayList<>();

    private OpenAiResponses(RequestBody body) {
        model = body.text("model");
        String input = input(body);
        int limit = body.count("max_output_tokens", RequestBody.UNLIMITED, RequestBody.UNLIMITED);
        reply = Reply.to(input, limit);
        inputTokens = Reply.tokensOf(input) + Reply.tokensOf(body.textOf("instructions"));
    }

    static Answer answer(RequestBody body) {
        var responses = new OpenAiResponses(body);
        return body.flag("stream")
                ? new Answer.Events(Flux.fromIterable(responses.events()))
                : Answer.json(200, responses.finished());
    }

    private ObjectNode finished() {
        var response = head(ending());
        response.putArray("output").add(message("completed", reply.text()));
        var usage = response.putObject("usage").put("input_tokens", inputTokens);
        usage.putObject("input_tokens_details").put("cached_tokens", 0);
        usage.put("output_tokens", reply.tokens());
        usage.putObject("output_tokens_details").put("reasoning_tokens", 0);
        usage.put("total_tokens", inputTokens + reply.tokens());
        return response;
    }

    private String ending() {
        return reply.cut() ? "incomplete" : "completed";
    }

    private ObjectNode head(String status) {
        return Answer.object()
                .put("id", id)
                .put("object", "response")
                .put("created_at", created)
                .put("status", status)
                .put("model", model);
    }

    private ObjectNode message(String status, String text) {
        var message = Answer.object();
        message.put("type", "message").put("id", messageId).put("status", status);
        message.put("role", "assistant").putArray("content").add(part(text));
        return message;
    }

    private static ObjectNode part(String text) {
        var part = Answer.object().put("type", "output_text").put("text", text);
        part.putArray("annotations");
        return part;
    }

    private List<String> events() {
        var started = head("in_progress").putNull("usage");
        started.putArray("output");
        event("response.created", Answer.object().set("response", started));
        var item = message("in_progress", "");
        item.putArray("content");
        event(
                "response.output_item.added",
                Answer.object().put("output_index", 0).set("item", item));
        event("response.content_part.added", ofText().set("part", part("")));
        for (String piece : reply.pieces()) {
            var delta = ofText().put("delta", piece);
            delta.putArray("logprobs");
            event("response.output_text.delta", delta);
        }
        var done = ofText().put("text", reply.text());
        done.putArray("logprobs");
        event("response.output_text.done", done);
        event("response.content_part.done", ofText().set("part", part(reply.text())));
        event(
                "response.output_item.done",
                Answer.object()
                        .put("output_index", 0)
                        .set("item", message("completed", reply.text())));
        event("response." + ending(), Answer.object().set("response", finished()));
        return events;
    }

    private ObjectNode ofText() {
        return Answer.object()
                .put("item_id", messageId)
                .put("output_index", 0)
                .put("content_index", 0);
    }

    private void event(String type, ObjectNode rest) {
        var data = Answer.object().put("type", type).put("sequence_number", events.size());
        data.setAll(rest);
        events.add("event: %s\ndata: %s\n\n".formatted(type, data));
    }

    /// A text, or messages.
    private static String input(RequestBody body) {
        JsonNode input = body.json().path("input");
        if (!input.isArray()) {
            return body.text("input");
        }
        var messages = Answer.object();
        messages.set("messages", input);
        var texts = new ArrayList<String>();
        new RequestBody(messages).messages().forEach(message -> texts.add(message.text()));
        return String.join(" ", texts);
    }
}
