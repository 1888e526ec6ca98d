package io.weir.gateway.tokens;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Where certain bytes are, looked for in eight at a time.
///
/// A byte of a word is zero where subtracting one borrows and its highest bit was not set; of the
/// bits that show it, those above the lowest may err, and only the lowest is used.
final class Bytes {

    private static final VarHandle WORDS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHEST = 0x8080808080808080L;
    private static final long QUOTES = '"' * ONES;
    private static final long ESCAPES = '\\' * ONES;
    private static final long FEEDS = '\n' * ONES;
    private static final long RETURNS = '\r' * ONES;

    private Bytes() {}

    /// @return `to` if there is none
    static int quoteOrEscape(byte[] bytes, int from, int to) {
        int i = from;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            long word = (long) WORDS.get(bytes, i);
            long found = zeros(word ^ QUOTES) | zeros(word ^ ESCAPES);
            if (found != 0) {
                return i + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        while (i < to && bytes[i] != '"' && bytes[i] != '\\') {
            i++;
        }
        return i;
    }

    /// @return `to` if there is none
    static int lineEnd(byte[] bytes, int from, int to) {
        int i = from;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            long word = (long) WORDS.get(bytes, i);
            long found = zeros(word ^ FEEDS) | zeros(word ^ RETURNS);
            if (found != 0) {
                return i + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        while (i < to && bytes[i] != '\n' && bytes[i] != '\r') {
            i++;
        }
        return i;
    }

    private static long zeros(long word) {
        return (word - ONES) & ~word & HIGHEST;
    }
}
