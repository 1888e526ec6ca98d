package io.weir.gateway.upstream;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// OpenAI's embeddings, as short vectors.
final class OpenAiEmbeddings {

    private OpenAiEmbeddings() {}

    static Answer answer(RequestBody body) {
        var response = Answer.object().put("object", "list");
        var inputs = inputs(body);
        var data = response.putArray("data");
        for (String input : inputs) {
            var embedding = data.addObject().put("object", "embedding");
            embedding.put("index", data.size() - 1);
            embedding.putArray("embedding").add(0.25).add(-0.5).add(input.length() / 1024.0);
        }
        int tokens = inputs.stream().mapToInt(Reply::tokensOf).sum();
        response.put("model", body.text("model"));
        response.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
        return Answer.json(200, response);
    }

    private static List<String> inputs(RequestBody body) {
        JsonNode input = body.json().path("input");
        if (!input.isArray() || input.isEmpty()) {
            return List.of(body.text("input"));
        }
        var inputs = new ArrayList<String>();
        for (JsonNode each : input) {
            if (!each.isString()) {
                throw new InvalidRequest("The stub embeds texts only", "input");
            }
            inputs.add(each.stringValue());
        }
        return inputs;
    }
}
