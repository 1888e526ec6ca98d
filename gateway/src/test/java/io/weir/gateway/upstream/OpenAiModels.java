package io.weir.gateway.upstream;

import java.util.List;

/// The list of models, which is OpenAI's and near enough to Anthropic's.
final class OpenAiModels {

    private static final List<String> MODELS =
            List.of("gpt-4o-mini", "text-embedding-3-small", "claude-sonnet-4-5");
    private static final long RELEASED = 1_735_689_600;

    private OpenAiModels() {}

    static Answer answer(RequestBody nothing) {
        var list = Answer.object().put("object", "list");
        var data = list.putArray("data");
        MODELS.forEach(
                model ->
                        data.addObject()
                                .put("id", model)
                                .put("object", "model")
                                .put("created", RELEASED)
                                .put("owned_by", "stub"));
        return Answer.json(200, list);
    }
}
