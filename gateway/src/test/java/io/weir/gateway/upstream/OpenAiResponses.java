package io.weir.gateway.upstream;

import java.time.Instant;
import java.util.ArrayList;
import tools.jackson.databind.JsonNode;

/// OpenAI's Responses API, without its streams.
final class OpenAiResponses {

    private OpenAiResponses() {}

    static Answer answer(RequestBody body) {
        if (body.flag("stream")) {
            throw new InvalidRequest("The stub does not stream responses", "stream");
        }
        String model = body.text("model");
        String input = input(body);
        int limit = body.count("max_output_tokens", RequestBody.UNLIMITED, RequestBody.UNLIMITED);
        var reply = Reply.to(input, limit);
        var response =
                Answer.object()
                        .put("id", Ids.next("resp_"))
                        .put("object", "response")
                        .put("created_at", Instant.now().getEpochSecond())
                        .put("status", reply.cut() ? "incomplete" : "completed")
                        .put("model", model);
        var message = response.putArray("output").addObject();
        message.put("type", "message").put("id", Ids.next("msg_")).put("status", "completed");
        var text = message.put("role", "assistant").putArray("content").addObject();
        text.put("type", "output_text").put("text", reply.text()).putArray("annotations");
        int inputTokens = Reply.tokensOf(input) + Reply.tokensOf(body.textOf("instructions"));
        var usage = response.putObject("usage").put("input_tokens", inputTokens);
        usage.putObject("input_tokens_details").put("cached_tokens", 0);
        usage.put("output_tokens", reply.tokens());
        usage.putObject("output_tokens_details").put("reasoning_tokens", 0);
        usage.put("total_tokens", inputTokens + reply.tokens());
        return Answer.json(200, response);
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
