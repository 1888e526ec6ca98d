package io.weir.admin.transfer;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// What becomes of the good rows of a file that has bad ones.
enum Mode {
    /// All or nothing.
    ATOMIC,
    /// Bad rows are skipped.
    PARTIAL;

    static final List<String> WORDS = Arrays.stream(values()).map(Mode::word).toList();

    static Mode of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
