package io.weir.gateway.upstream;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import tools.jackson.databind.node.ObjectNode;

/// OpenAI's chat completions, plain and streamed.
///
/// A stream is a chunk with the role, one per word, one with the finish reason, then, only if
/// `stream_options.include_usage` asked for it, one with no choices and the usage, then `[DONE]`.
final class OpenAiChat {

    private static final int MAX_CHOICES = 128;

    private final String id = Ids.next("chatcmpl-");
    private final long created = Instant.now().getEpochSecond();
    private final String model;
    private final Reply reply;
    private final ToolCalls tools;
    private final int choices;
    private final int promptTokens;

    private OpenAiChat(RequestBody body) {
        var messages = body.messages();
        int limit = body.count("max_tokens", RequestBody.UNLIMITED, RequestBody.UNLIMITED);
        limit = body.count("max_completion_tokens", limit, RequestBody.UNLIMITED);
        model = body.text("model");
        reply = Reply.to(messages.getLast().text(), limit);
        tools = ToolCalls.openAi(body);
        choices = body.count("n", 1, MAX_CHOICES);
        promptTokens = messages.stream().mapToInt(each -> Reply.tokensOf(each.text())).sum();
    }

    static Answer answer(RequestBody body) {
        boolean stream = body.flag("stream");
        if (body.has("stream_options") && !stream) {
            throw new InvalidRequest("Only allowed when 'stream' is true", "stream_options");
        }
        var chat = new OpenAiChat(body);
        var options = new RequestBody(body.json().path("stream_options"));
        return stream
                ? new Answer.Events(Flux.fromIterable(chat.events(options.flag("include_usage"))))
                : Answer.json(200, chat.completion());
    }

    private ObjectNode completion() {
        var body = head("chat.completion");
        var all = body.putArray("choices");
        for (int index = 0; index < choices; index++) {
            var choice = all.addObject().put("index", index);
            var message = choice.putObject("message").put("role", "assistant");
            message.put("content", tools.any() ? null : reply.text()).putNull("refusal");
            message.putArray("annotations");
            if (tools.any()) {
                message.set("tool_calls", tools.openAi());
            }
            choice.putNull("logprobs").put("finish_reason", finishReason());
        }
        body.set("usage", usage());
        return body;
    }

    private List<String> events(boolean includeUsage) {
        var chunks = new ArrayList<ObjectNode>();
        for (int index = 0; index < choices; index++) {
            var role = Answer.object().put("role", "assistant").put("content", "");
            chunks.add(chunk(index, role.putNull("refusal"), null));
        }
        for (ObjectNode delta : deltas()) {
            for (int index = 0; index < choices; index++) {
                chunks.add(chunk(index, delta, null));
            }
        }
        for (int index = 0; index < choices; index++) {
            chunks.add(chunk(index, Answer.object(), finishReason()));
        }
        if (includeUsage) {
            chunks.forEach(chunk -> chunk.putNull("usage"));
            var last = head("chat.completion.chunk");
            last.putArray("choices");
            last.set("usage", usage());
            chunks.add(last);
        }
        var events = new ArrayList<String>();
        chunks.forEach(chunk -> events.add("data: " + chunk + "\n\n"));
        events.add("data: [DONE]\n\n");
        return events;
    }

    private List<ObjectNode> deltas() {
        return tools.any()
                ? tools.openAiDeltas()
                : reply.pieces().stream()
                        .map(piece -> Answer.object().put("content", piece))
                        .toList();
    }

    private ObjectNode chunk(int index, ObjectNode delta, @Nullable String finishReason) {
        var chunk = head("chat.completion.chunk");
        var choice = chunk.putArray("choices").addObject().put("index", index);
        choice.set("delta", delta);
        choice.putNull("logprobs").put("finish_reason", finishReason);
        return chunk;
    }

    private ObjectNode head(String object) {
        return Answer.object()
                .put("id", id)
                .put("object", object)
                .put("created", created)
                .put("model", model)
                .put("service_tier", "default")
                .put("system_fingerprint", "fp_stub");
    }

    private String finishReason() {
        return tools.any() ? "tool_calls" : reply.cut() ? "length" : "stop";
    }

    private ObjectNode usage() {
        int completionTokens = choices * (tools.any() ? tools.tokens() : reply.tokens());
        var usage =
                Answer.object()
                        .put("prompt_tokens", promptTokens)
                        .put("completion_tokens", completionTokens)
                        .put("total_tokens", promptTokens + completionTokens);
        usage.putObject("prompt_tokens_details").put("cached_tokens", 0).put("audio_tokens", 0);
        usage.putObject("completion_tokens_details")
                .put("reasoning_tokens", 0)
                .put("audio_tokens", 0)
                .put("accepted_prediction_tokens", 0)
                .put("rejected_prediction_tokens", 0);
        return usage;
    }
}
