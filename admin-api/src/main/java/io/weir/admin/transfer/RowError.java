package io.weir.admin.transfer;

import org.jspecify.annotations.Nullable;

/// What is wrong in one place of a file.
///
/// @param line of the file, whose first is the header
/// @param column its name in the header, null if the whole row is meant
/// @param value what stands there, shortened
record RowError(long line, @Nullable String column, @Nullable String value, String problem) {

    private static final int LONGEST = 200;

    RowError {
        value = value == null ? null : shown(value);
    }

    /// Neither a log nor a JSON column takes control characters well.
    private static String shown(String value) {
        int length = value.codePointCount(0, value.length());
        String part =
                length <= LONGEST
                        ? value
                        : value.substring(0, value.offsetByCodePoints(0, LONGEST)) + "…";
        return part.replaceAll("\\p{Cntrl}", "\uFFFD");
    }
}
