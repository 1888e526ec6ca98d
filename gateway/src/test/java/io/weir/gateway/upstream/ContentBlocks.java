package io.weir.gateway.upstream;

import io.weir.gateway.upstream.ToolCalls.Call;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What an Anthropic message holds: a text, or a block for each tool that is called.
record ContentBlocks(Reply reply, ToolCalls tools) {

    int tokens() {
        return tools.any() ? tools.tokens() : reply.tokens();
    }

    String stopReason() {
        return tools.any() ? "tool_use" : reply.cut() ? "max_tokens" : "end_turn";
    }

    ArrayNode whole() {
        var content = Answer.MAPPER.createArrayNode();
        if (!tools.any()) {
            content.addObject().put("type", "text").put("text", reply.text());
        }
        for (Call call : tools.calls()) {
            tool(content.addObject(), call).set("input", Answer.MAPPER.readTree(call.arguments()));
        }
        return content;
    }

    List<String> events() {
        var events = new ArrayList<String>();
        if (!tools.any()) {
            var text = Answer.object().put("type", "text").put("text", "");
            block(events, 0, text, "text_delta", "text", reply.pieces());
        }
        for (int index = 0; index < tools.calls().size(); index++) {
            Call call = tools.calls().get(index);
            var start = tool(Answer.object(), call);
            start.putObject("input");
            block(events, index, start, "input_json_delta", "partial_json", call.pieces());
        }
        return events;
    }

    private static void block(
            List<String> events,
            int index,
            ObjectNode block,
            String deltaType,
            String member,
            List<String> pieces) {
        var start = Answer.object().put("index", index);
        start.set("content_block", block);
        events.add(AnthropicMessages.event("content_block_start", start));
        if (index == 0) {
            events.add(AnthropicMessages.event("ping", Answer.object()));
        }
        for (String piece : pieces) {
            var delta = Answer.object().put("index", index);
            delta.putObject("delta").put("type", deltaType).put(member, piece);
            events.add(AnthropicMessages.event("content_block_delta", delta));
        }
        var stop = Answer.object().put("index", index);
        events.add(AnthropicMessages.event("content_block_stop", stop));
    }

    private static ObjectNode tool(ObjectNode block, Call call) {
        return block.put("type", "tool_use").put("id", call.id()).put("name", call.name());
    }
}
