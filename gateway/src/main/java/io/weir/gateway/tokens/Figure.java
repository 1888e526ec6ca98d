package io.weir.gateway.tokens;

import org.jspecify.annotations.Nullable;

/// The numbers that usage consists of, in both formats.
enum Figure {
    INPUT,
    CACHED,
    AUDIO_IN,
    CACHE_WRITE,
    CACHE_WRITE_5M,
    CACHE_WRITE_1H,
    OUTPUT,
    REASONING,
    AUDIO_OUT;

    /// @param level of the document at which the members of `usage` stand
    static @Nullable Figure at(JsonScanner at, int level) {
        Member member = at.at(level);
        if (member == null) {
            return null;
        }
        return at.depth() == level + 1
                ? of(member)
                : at.depth() == level + 2 ? detail(member, at.at(level + 1)) : null;
    }

    private static @Nullable Figure of(Member member) {
        return switch (member) {
            case INPUT_TOKENS, PROMPT_TOKENS -> INPUT;
            case OUTPUT_TOKENS, COMPLETION_TOKENS -> OUTPUT;
            case CACHE_READ_INPUT_TOKENS -> CACHED;
            case CACHE_CREATION_INPUT_TOKENS -> CACHE_WRITE;
            default -> null;
        };
    }

    private static @Nullable Figure detail(Member group, @Nullable Member member) {
        return member == null
                ? null
                : switch (group) {
                    case INPUT_TOKENS_DETAILS, PROMPT_TOKENS_DETAILS ->
                            switch (member) {
                                case CACHED_TOKENS -> CACHED;
                                case AUDIO_TOKENS -> AUDIO_IN;
                                default -> null;
                            };
                    case OUTPUT_TOKENS_DETAILS, COMPLETION_TOKENS_DETAILS ->
                            switch (member) {
                                case REASONING_TOKENS -> REASONING;
                                case AUDIO_TOKENS -> AUDIO_OUT;
                                default -> null;
                            };
                    case CACHE_CREATION ->
                            switch (member) {
                                case EPHEMERAL_5M_INPUT_TOKENS -> CACHE_WRITE_5M;
                                case EPHEMERAL_1H_INPUT_TOKENS -> CACHE_WRITE_1H;
                                default -> null;
                            };
                    default -> null;
                };
    }
}
