package io.weir.gateway;

import com.openai.core.JsonValue;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;

/// What an application asks OpenAI's SDK for.
final class OpenAiCalls {

    private OpenAiCalls() {}

    static ChatCompletionCreateParams.Builder chat(String said) {
        return ChatCompletionCreateParams.builder().model("gpt-4o-mini").addUserMessage(said);
    }

    static ChatCompletionFunctionTool tool(String name) {
        var parameters =
                FunctionParameters.builder()
                        .putAdditionalProperty("type", JsonValue.from("object"))
                        .build();
        return ChatCompletionFunctionTool.builder()
                .function(FunctionDefinition.builder().name(name).parameters(parameters).build())
                .build();
    }
}
