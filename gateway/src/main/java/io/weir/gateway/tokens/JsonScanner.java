package io.weir.gateway.tokens;

import org.jspecify.annotations.Nullable;

/// Reads one JSON document (RFC 8259) while it arrives, and tells which strings and numbers stand
/// where.
///
/// It does not check that a document is well-formed: what passes is the upstream's business, and
/// what can't be made sense of tells nothing. Names longer than those that are looked for, and
/// names with escapes, are [Member#OTHER].
final class JsonScanner {

    /// How deep places are told; what stands deeper is passed over.
    static final int DEPTH = 8;

    private static final int DIGITS = 16;
    private static final int DEEPEST = 1_000_000;

    /// Who is told.
    interface Listener {

        /// A string has ended, or the document within it.
        ///
        /// @param bytes of its text as it was written
        void string(JsonScanner at, long bytes);

        /// @param value a whole number from 0 to 2^53, or -1 for any other
        void number(JsonScanner at, long value);

        /// The `type` of the document itself.
        default void type(Member type) {}

        /// A `null` begins.
        default void nothing(JsonScanner at) {}

        /// An object or an array begins.
        default void opened(JsonScanner at) {}

        /// It ends.
        default void closed(JsonScanner at) {}
    }

    private enum State {
        VALUE,
        STRING,
        ESCAPE,
        NAME,
        NAME_ESCAPE,
        NUMBER,
        DONE
    }

    private final Listener listener;
    private final Member[] path = new Member[DEPTH];
    private final boolean[] inObject = new boolean[DEPTH];
    private final byte[] name = new byte[Member.LONGEST];

    private State state = State.VALUE;
    private int depth;
    private boolean nameNext;
    private boolean nameIsType;
    private boolean nameIsOdd;
    private int nameLength;
    private long stringBytes;
    private long read;
    private long offset;
    private long comma;
    private long member;
    private long value;
    private int digits;
    private boolean numberIsOdd;

    JsonScanner(Listener listener) {
        this.listener = listener;
        reset();
    }

    void reset() {
        state = State.VALUE;
        depth = 0;
        nameNext = false;
        read = 0;
        comma = -1;
        member = -1;
    }

    /// Bytes of the document before the one that begins or ends what is told.
    long offset() {
        return offset;
    }

    /// Where the newest member of the document itself begins with its name, or -1.
    long member() {
        return member;
    }

    /// Where the comma before that member is, or -1 if it is the first.
    long comma() {
        return comma;
    }

    /// How deep the value stands that is told: 0 is the document itself.
    int depth() {
        return depth;
    }

    /// The name, on the way to the value that is told, of what stands in the document (0), in that
    /// (1), and so on; null beyond the value itself.
    @Nullable Member at(int level) {
        return level < depth && level < DEPTH ? path[level] : null;
    }

    void feed(byte[] bytes, int from, int to) {
        long before = read - from;
        int i = from;
        while (i < to) {
            offset = before + i;
            i =
                    switch (state) {
                        case VALUE -> value(bytes[i]) ? i + 1 : i;
                        case STRING -> string(bytes, i, to);
                        case ESCAPE -> {
                            stringBytes++;
                            state = State.STRING;
                            yield i + 1;
                        }
                        case NAME -> name(bytes, i, to);
                        case NAME_ESCAPE -> {
                            state = State.NAME;
                            yield i + 1;
                        }
                        case NUMBER -> number(bytes, i, to);
                        case DONE -> to;
                    };
        }
        read = before + to;
    }

    /// Nothing more of this document comes. A number that is a document of its own ends here; one
    /// that was cut off in the middle of an object is not told.
    void end() {
        offset = read;
        if (state == State.NUMBER && depth == 0) {
            endNumber();
        } else if ((state == State.STRING || state == State.ESCAPE) && depth <= DEPTH) {
            listener.string(this, stringBytes);
        }
        state = State.DONE;
    }

    /// @return whether the byte is done with; that a number begins with is among its own
    private boolean value(byte next) {
        switch (next) {
            case '{' -> open(true);
            case '[' -> open(false);
            case '}', ']' -> close();
            case '"' -> quote();
            case ',' -> {
                nameNext = depth > 0 && depth <= DEPTH && inObject[depth - 1];
                if (depth == 1) {
                    comma = offset;
                }
            }
            case 'n' -> {
                if (depth <= DEPTH) {
                    listener.nothing(this);
                }
            }
            case ':' -> nameNext = false;
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
                value = 0;
                digits = 0;
                numberIsOdd = false;
                state = State.NUMBER;
                return false;
            }
            default -> {}
        }
        return true;
    }

    private void quote() {
        if (nameNext && depth == 1) {
            member = offset;
        }
        nameIsType = !nameNext && depth == 1 && path[0] == Member.TYPE;
        if (nameNext || nameIsType) {
            nameLength = 0;
            nameIsOdd = false;
            state = State.NAME;
        } else {
            stringBytes = 0;
            state = State.STRING;
        }
    }

    private void open(boolean object) {
        if (depth <= DEPTH) {
            listener.opened(this);
        }
        if (depth < DEPTH) {
            path[depth] = object ? Member.OTHER : Member.ELEMENT;
            inObject[depth] = object;
        }
        nameNext = object && depth < DEPTH;
        if (++depth > DEEPEST) {
            state = State.DONE;
        }
    }

    private void close() {
        depth = Math.max(depth - 1, 0);
        nameNext = false;
        if (depth == 0) {
            state = State.DONE;
        }
        if (depth <= DEPTH) {
            listener.closed(this);
        }
    }

    private int string(byte[] bytes, int from, int to) {
        int end = Bytes.quoteOrEscape(bytes, from, to);
        stringBytes += end - from;
        if (end == to) {
            return end;
        }
        if (bytes[end] == '\\') {
            stringBytes++;
            state = State.ESCAPE;
        } else {
            state = State.VALUE;
            if (depth <= DEPTH) {
                listener.string(this, stringBytes);
            }
        }
        return end + 1;
    }

    private int name(byte[] bytes, int from, int to) {
        int end = Bytes.quoteOrEscape(bytes, from, to);
        int length = end - from;
        if (end < to && bytes[end] == '"' && nameLength == 0 && !nameIsOdd) {
            named(length <= Member.LONGEST ? Member.of(bytes, from, length) : Member.OTHER);
            return end + 1;
        }
        nameIsOdd |= length > Member.LONGEST - nameLength;
        if (!nameIsOdd) {
            System.arraycopy(bytes, from, name, nameLength, length);
            nameLength += length;
        }
        if (end == to) {
            return end;
        }
        if (bytes[end] == '\\') {
            nameIsOdd = true;
            state = State.NAME_ESCAPE;
        } else {
            named(nameIsOdd ? Member.OTHER : Member.of(name, 0, nameLength));
        }
        return end + 1;
    }

    private void named(Member name) {
        state = State.VALUE;
        if (nameIsType) {
            listener.type(name);
        } else {
            path[depth - 1] = name;
        }
    }

    private int number(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            byte next = bytes[i];
            if (next >= '0' && next <= '9') {
                if (digits < DIGITS) {
                    digits++;
                    value = value * 10 + next - '0';
                } else {
                    numberIsOdd = true;
                }
            } else if (next == '.' || next == '-' || next == 'e' || next == 'E' || next == '+') {
                numberIsOdd = true;
            } else {
                endNumber();
                state = State.VALUE;
                return i;
            }
        }
        return to;
    }

    private void endNumber() {
        if (depth <= DEPTH) {
            listener.number(this, numberIsOdd || value > 1L << 53 ? -1 : value);
        }
    }
}
