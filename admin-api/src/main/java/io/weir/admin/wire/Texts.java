package io.weir.admin.wire;

import io.weir.admin.wire.Reading.Read;
import io.weir.admin.wire.Reading.Wrong;
import java.util.function.IntPredicate;

/// What any text from outside must be before it is stored, searched for or logged.
final class Texts {

    private Texts() {}

    static Reading<String> read(String text, int longest, IntPredicate forbidden) {
        if (text.isBlank()) {
            return new Wrong<>("blank", "This must not be blank.");
        }
        if (text.codePointCount(0, text.length()) > longest) {
            return new Wrong<>(
                    "length", "This must have at most %d characters.".formatted(longest));
        }
        // A lone surrogate has no UTF-8 form and would be stored as a question mark.
        return text.codePoints().anyMatch(c -> forbidden.test(c) || isSurrogate(c))
                ? new Wrong<>("characters", "This must not contain control characters.")
                : new Read<>(text);
    }

    private static boolean isSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }
}
