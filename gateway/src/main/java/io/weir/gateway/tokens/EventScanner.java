package io.weir.gateway.tokens;

/// Reads a stream of server-sent events while it arrives, and passes on the data of each.
///
/// By the HTML Living Standard, section 9.2.6: lines end with LF, CR LF or CR; a byte order mark at
/// the beginning, comments and other fields than `data` are passed over. Unlike there, data that is
/// not followed by an empty line counts, since what it tells was delivered.
final class EventScanner {

    /// Who gets the data of events.
    interface Listener {

        /// @param from where the next piece of a line of data begins
        /// @param to where the piece ends
        void data(byte[] bytes, int from, int to);

        /// Another line of the same event's data.
        void nextLine();

        /// @param at after the empty line, of which the LF after a CR may be missing
        void eventEnded(int at);
    }

    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final byte[] DATA = {'d', 'a', 't', 'a'};

    private enum State {
        START,
        FIELD,
        SPACE,
        VALUE,
        SKIPPED
    }

    private final Listener listener;
    private State state = State.START;
    private int matched;
    private boolean afterReturn;
    private boolean hasData;

    EventScanner(Listener listener) {
        this.listener = listener;
    }

    void feed(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            if (afterReturn) {
                afterReturn = false;
                if (bytes[i] == '\n') {
                    i++;
                    continue;
                }
            }
            i =
                    switch (state) {
                        case START -> mark(bytes[i]) ? i + 1 : i;
                        case FIELD -> field(bytes, i);
                        case SPACE -> {
                            state = State.VALUE;
                            yield bytes[i] == ' ' ? i + 1 : i;
                        }
                        case VALUE, SKIPPED -> rest(bytes, i, to);
                    };
        }
    }

    /// Nothing more comes.
    void end(int at) {
        endEvent(at);
    }

    private boolean mark(byte next) {
        if (next != MARK[matched]) {
            state = matched > 0 ? State.SKIPPED : State.FIELD;
            matched = 0;
            return false;
        }
        if (++matched == MARK.length) {
            newLine();
        }
        return true;
    }

    private int field(byte[] bytes, int at) {
        byte next = bytes[at];
        if (next == '\n' || next == '\r') {
            endLine(next, at + 1);
        } else if (matched == DATA.length && next == ':') {
            beginData();
        } else if (matched < DATA.length && next == DATA[matched]) {
            matched++;
        } else {
            state = State.SKIPPED;
        }
        return at + 1;
    }

    private int rest(byte[] bytes, int from, int to) {
        int end = Bytes.lineEnd(bytes, from, to);
        if (state == State.VALUE && end > from) {
            listener.data(bytes, from, end);
        }
        if (end == to) {
            return end;
        }
        endLine(bytes[end], end + 1);
        return end + 1;
    }

    private void beginData() {
        if (hasData) {
            listener.nextLine();
        }
        hasData = true;
        state = State.SPACE;
    }

    private void endLine(byte end, int at) {
        afterReturn = end == '\r';
        if (state == State.FIELD && matched == 0) {
            endEvent(at);
        } else if (state == State.FIELD && matched == DATA.length) {
            beginData();
        }
        newLine();
    }

    private void endEvent(int at) {
        hasData = false;
        listener.eventEnded(at);
    }

    private void newLine() {
        state = State.FIELD;
        matched = 0;
    }
}
