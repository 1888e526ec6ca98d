package io.weir.gateway.upstream;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What the model asks for instead of saying something: every tool it was offered, in parallel,
/// with what the user said. Once it is given results, it speaks.
///
/// A call counts as a token for the tool's name and one for each word of its arguments.
record ToolCalls(List<Call> calls) {

    /// @param pieces of the arguments, as they are streamed
    record Call(String id, String name, List<String> pieces) {

        String arguments() {
            return String.join("", pieces);
        }
    }

    static ToolCalls openAi(RequestBody body) {
        boolean result = last(body).path("role").asString("").equals("tool");
        return result ? none() : of(body, "call_", "/function/name");
    }

    static ToolCalls anthropic(RequestBody body) {
        boolean result =
                last(body)
                        .path("content")
                        .valueStream()
                        .anyMatch(part -> part.path("type").asString("").equals("tool_result"));
        return result ? none() : of(body, "toolu_", "/name");
    }

    private static ToolCalls none() {
        return new ToolCalls(List.of());
    }

    private static ToolCalls of(RequestBody body, String prefix, String name) {
        String said = body.messages().getLast().text();
        var calls = new ArrayList<Call>();
        for (JsonNode tool : body.json().path("tools")) {
            if (!tool.at(name).isString()) {
                throw new InvalidRequest("A tool needs a name", "tools");
            }
            var pieces = List.of("{\"said\": ", Answer.MAPPER.writeValueAsString(said), "}");
            calls.add(new Call(Ids.next(prefix), tool.at(name).stringValue(), pieces));
        }
        return new ToolCalls(List.copyOf(calls));
    }

    private static JsonNode last(RequestBody body) {
        JsonNode messages = body.json().path("messages");
        return messages.path(messages.size() - 1);
    }

    boolean any() {
        return !calls.isEmpty();
    }

    int tokens() {
        return calls.stream().mapToInt(call -> 1 + Reply.tokensOf(call.arguments())).sum();
    }

    ArrayNode openAi() {
        var all = Answer.MAPPER.createArrayNode();
        for (Call call : calls) {
            all.addObject()
                    .put("id", call.id())
                    .put("type", "function")
                    .putObject("function")
                    .put("name", call.name())
                    .put("arguments", call.arguments());
        }
        return all;
    }

    /// Each call begins with its name, and its arguments follow in pieces.
    List<ObjectNode> openAiDeltas() {
        var deltas = new ArrayList<ObjectNode>();
        for (int index = 0; index < calls.size(); index++) {
            Call call = calls.get(index);
            var start = Answer.object();
            start.putArray("tool_calls")
                    .addObject()
                    .put("index", index)
                    .put("id", call.id())
                    .put("type", "function")
                    .putObject("function")
                    .put("name", call.name())
                    .put("arguments", "");
            deltas.add(start);
            for (String piece : call.pieces()) {
                var more = Answer.object();
                more.putArray("tool_calls")
                        .addObject()
                        .put("index", index)
                        .putObject("function")
                        .put("arguments", piece);
                deltas.add(more);
            }
        }
        return deltas;
    }
}
