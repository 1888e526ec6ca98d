package io.weir.gateway.tokens;

import java.util.Arrays;
import java.util.Locale;

/// The names in answers that tell something about usage, and of their `type` those that tell that
/// they are over.
enum Member {
    ARGUMENTS,
    AUDIO_TOKENS,
    CACHE_CREATION,
    CACHE_CREATION_INPUT_TOKENS,
    CACHE_READ_INPUT_TOKENS,
    CACHED_TOKENS,
    CHOICES,
    CODE,
    COMPLETION_TOKENS,
    COMPLETION_TOKENS_DETAILS,
    CONTENT,
    CUSTOM,
    DELTA,
    EPHEMERAL_1H_INPUT_TOKENS,
    EPHEMERAL_5M_INPUT_TOKENS,
    ERROR,
    FUNCTION,
    FUNCTION_CALL,
    INPUT,
    INPUT_TOKENS,
    INPUT_TOKENS_DETAILS,
    MESSAGE,
    MESSAGE_STOP,
    OUTPUT,
    OUTPUT_TOKENS,
    OUTPUT_TOKENS_DETAILS,
    PARTIAL_JSON,
    PROMPT_TOKENS,
    PROMPT_TOKENS_DETAILS,
    REASONING,
    REASONING_CONTENT,
    REASONING_TOKENS,
    REFUSAL,
    RESPONSE,
    RESPONSE_COMPLETED("response.completed"),
    RESPONSE_FAILED("response.failed"),
    RESPONSE_INCOMPLETE("response.incomplete"),
    SUMMARY,
    TEXT,
    THINKING,
    TOOL_CALLS,
    TYPE,
    USAGE,

    /// One of an array.
    ELEMENT,

    /// Any other, also one of those whose name was written with escapes.
    OTHER;

    static final int LONGEST = 32;

    private static final Member[][] BY_LENGTH = byLength();

    private final String text;

    Member() {
        this.text = name().toLowerCase(Locale.ROOT);
    }

    Member(String text) {
        this.text = text;
    }

    static Member of(byte[] bytes, int from, int length) {
        for (Member member : BY_LENGTH[length]) {
            if (member.is(bytes, from)) {
                return member;
            }
        }
        return OTHER;
    }

    private boolean is(byte[] bytes, int from) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != bytes[from + i]) {
                return false;
            }
        }
        return true;
    }

    private static Member[][] byLength() {
        var lengths = new Member[LONGEST + 1][];
        for (int length = 0; length <= LONGEST; length++) {
            int wanted = length;
            lengths[length] =
                    Arrays.stream(values())
                            .filter(member -> member.compareTo(ELEMENT) < 0)
                            .filter(member -> member.text.length() == wanted)
                            .toArray(Member[]::new);
        }
        return lengths;
    }
}
