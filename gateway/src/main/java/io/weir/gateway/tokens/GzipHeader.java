package io.weir.gateway.tokens;

/// The header of a member of a gzip file (RFC 1952, section 2.3), byte by byte.
final class GzipHeader {

    /// Where one is.
    enum Step {
        FIXED,
        EXTRA_LENGTH,
        EXTRA,
        NAME,
        COMMENT,
        CHECKSUM,
        OVER,
        BROKEN
    }

    private static final int FIXED_LENGTH = 10;
    private static final int[] MAGIC = {0x1F, 0x8B, 8};
    private static final int FLAGS = 3;
    private static final int HAS_CHECKSUM = 0x02;
    private static final int HAS_EXTRA = 0x04;
    private static final int HAS_NAME = 0x08;
    private static final int HAS_COMMENT = 0x10;
    private static final int RESERVED = 0xE0;

    private Step step = Step.FIXED;
    private int count;
    private int flags;
    private int extra;

    /// @return where one is after this byte
    Step take(byte next) {
        int value = next & 0xFF;
        count++;
        switch (step) {
            case FIXED -> fixed(value);
            case EXTRA_LENGTH -> {
                extra |= value << (count == 1 ? 0 : Byte.SIZE);
                endIf(count == 2);
            }
            case EXTRA -> endIf(count == extra);
            case NAME, COMMENT -> endIf(value == 0);
            case CHECKSUM -> endIf(count == 2);
            case OVER, BROKEN -> {}
        }
        return step;
    }

    private void fixed(int value) {
        if (count <= MAGIC.length && value != MAGIC[count - 1]) {
            step = Step.BROKEN;
            return;
        }
        if (count == FLAGS + 1) {
            flags = value;
        }
        endIf(count == FIXED_LENGTH);
        if ((flags & RESERVED) != 0) {
            step = Step.BROKEN;
        }
    }

    private void endIf(boolean ended) {
        if (ended) {
            count = 0;
            step = after(step);
        }
    }

    private Step after(Step ended) {
        return switch (ended) {
            case FIXED -> has(HAS_EXTRA) ? Step.EXTRA_LENGTH : after(Step.EXTRA);
            case EXTRA_LENGTH -> extra > 0 ? Step.EXTRA : after(Step.EXTRA);
            case EXTRA -> has(HAS_NAME) ? Step.NAME : after(Step.NAME);
            case NAME -> has(HAS_COMMENT) ? Step.COMMENT : after(Step.COMMENT);
            case COMMENT -> has(HAS_CHECKSUM) ? Step.CHECKSUM : Step.OVER;
            case CHECKSUM, OVER -> Step.OVER;
            case BROKEN -> Step.BROKEN;
        };
    }

    private boolean has(int flag) {
        return (flags & flag) != 0;
    }
}
