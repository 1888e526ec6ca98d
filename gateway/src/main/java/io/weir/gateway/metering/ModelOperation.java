package io.weir.gateway.metering;

import io.weir.gateway.tokens.AnswerFormat;
import io.weir.gateway.tokens.ModelRequest;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;

/// What is asked of the API of a language model, told by method and path. Paths may have any
/// beginning, which is the route's business.
public enum ModelOperation {
    CHAT_COMPLETIONS(AnswerFormat.OPENAI, "/chat/completions", "max_completion_tokens"),
    RESPONSES(AnswerFormat.OPENAI, "/responses", "max_output_tokens"),
    EMBEDDINGS(AnswerFormat.OPENAI, "/embeddings", null),
    MESSAGES(AnswerFormat.ANTHROPIC, "/messages", "max_tokens"),

    /// Which models there are.
    MODELS(null, "/models", null),
    /// How long a prompt is; it takes no tokens.
    COUNT_TOKENS(AnswerFormat.ANTHROPIC, "/messages/count_tokens", null);

    /// Without anything that an upstream might resolve to another path.
    private static final Pattern PLAIN = Pattern.compile("(/(?!\\.)[\\w.~:@-]+)+");

    private static final Pattern MODELS_OR_ONE = Pattern.compile(".*/models(/[^/]+)?");

    private final @Nullable AnswerFormat format;
    private final String ending;
    private final @Nullable String bound;

    ModelOperation(@Nullable AnswerFormat format, String ending, @Nullable String bound) {
        this.format = format;
        this.ending = ending;
        this.bound = bound;
    }

    /// @param path as it was sent, undecoded
    /// @return nothing for one that is not known, which may take anything
    public static Optional<ModelOperation> of(AnswerFormat api, HttpMethod method, String path) {
        if (!PLAIN.matcher(path).matches()) {
            return Optional.empty();
        }
        if (method.equals(HttpMethod.GET)) {
            return MODELS_OR_ONE.matcher(path).matches() ? Optional.of(MODELS) : Optional.empty();
        }
        if (method.equals(HttpMethod.POST)) {
            for (ModelOperation operation : values()) {
                if (operation.format == api && path.endsWith(operation.ending)) {
                    return Optional.of(operation);
                }
            }
        }
        return Optional.empty();
    }

    /// How its answers are written; nothing where they tell no tokens.
    @Nullable AnswerFormat format() {
        return format;
    }

    /// Whether it takes tokens.
    public boolean isMetered() {
        return this != MODELS && this != COUNT_TOKENS;
    }

    /// Whether a request has to be made to tell its usage, which its caller did not ask for.
    boolean hidesUsage(ModelRequest request) {
        return this == CHAT_COMPLETIONS && request.isStream() && !request.includesUsage();
    }

    /// The name of the member that bounds the tokens of the answer; nothing where it has none.
    public Optional<String> bound() {
        return Optional.ofNullable(bound);
    }
}
