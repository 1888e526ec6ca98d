package io.weir.gateway.trace;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/// The field `traceparent` of W3C Trace Context, level 2.
final class TraceParent {

    static final String FIELD = "traceparent";

    private static final int LENGTH = 55;
    private static final int TRACE = 3;
    private static final int PARENT = 36;
    private static final int FLAGS = 53;
    private static final HexFormat HEX = HexFormat.of();

    private TraceParent() {}

    /// Also of a later version, as far as all versions are the same.
    static boolean isValid(String value) {
        return value.length() >= LENGTH
                && isHex(value, 0, 2)
                && isHex(value, TRACE, TRACE + 32)
                && isHex(value, PARENT, PARENT + 16)
                && isHex(value, FLAGS, LENGTH)
                && value.charAt(2) == '-'
                && value.charAt(PARENT - 1) == '-'
                && value.charAt(FLAGS - 1) == '-'
                && !isZero(value, TRACE, TRACE + 32)
                && !isZero(value, PARENT, PARENT + 16)
                && isVersion(value);
    }

    /// Of a trace that begins here.
    ///
    /// @param sampled whether it is to be recorded
    static String random(RandomGenerator random, boolean sampled) {
        return "00-"
                + HEX.toHexDigits(notZero(random))
                + HEX.toHexDigits(random.nextLong())
                + "-"
                + HEX.toHexDigits(notZero(random))
                + (sampled ? "-03" : "-02");
    }

    static String traceId(String valid) {
        return valid.substring(TRACE, PARENT - 1);
    }

    private static boolean isVersion(String value) {
        if (value.startsWith("ff")) {
            return false;
        }
        return value.length() == LENGTH || (!value.startsWith("00") && value.charAt(LENGTH) == '-');
    }

    private static long notZero(RandomGenerator random) {
        long bits = random.nextLong();
        return bits == 0 ? 1 : bits;
    }

    /// Capital letters aren't allowed.
    private static boolean isHex(String value, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = value.charAt(i);
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isZero(String value, int from, int to) {
        for (int i = from; i < to; i++) {
            if (value.charAt(i) != '0') {
                return false;
            }
        }
        return true;
    }
}
