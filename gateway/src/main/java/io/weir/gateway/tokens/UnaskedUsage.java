package io.weir.gateway.tokens;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Takes out of a stream of chat completions what was asked for on the gateway's behalf alone: the
/// chunk without choices that tells the usage, and the `"usage": null` of all others. Every other
/// byte stays as it is.
///
/// An event is held back until it is complete, up to a size that no such chunk has; a larger one
/// passes. Events are told apart in an array of what was held back and what came, and that array,
/// closed up where something was taken out, is what goes on.
public final class UnaskedUsage {

    private static final int MOST = 32 * 1024;
    private static final byte[] NOTHING = {};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};
    private static final byte[] NEW_LINE = {'\n'};

    private final EventScanner events = new EventScanner(new Events());
    private final JsonScanner json = new JsonScanner(new Looked());

    /// Of an event that is not complete, what came before; it begins the array of the next call.
    private byte[] held = NOTHING;

    private boolean passing;
    private boolean afterReturn;
    private boolean takenOut;

    private byte[] bytes = NOTHING;
    private int eventFrom;
    private int out;

    /// Of the event, and counted from its beginning.
    private int dataFrom;

    private int lines;
    private boolean tellsUsage;
    private boolean hasChoices;
    private boolean isFirst;
    private int cutFrom;
    private int cutTo;

    private final boolean hides;

    /// @param hides whether anything is taken out; else events are only kept whole
    public UnaskedUsage(boolean hides) {
        this.hides = hides;
    }

    /// What may be passed on by now.
    ///
    /// @param in which is read to its end
    public ByteBuffer filter(ByteBuffer in) {
        int from = held.length;
        bytes = Arrays.copyOf(held, from + in.remaining());
        in.get(bytes, from, in.remaining());
        eventFrom = 0;
        out = 0;
        if (afterReturn && bytes.length > 0) {
            afterReturn = false;
            endOfPair();
        }
        events.feed(bytes, from, bytes.length);
        holdBack();
        return passed();
    }

    /// What was held back when the stream ended.
    public ByteBuffer end() {
        bytes = held;
        held = NOTHING;
        eventFrom = 0;
        out = 0;
        events.end(bytes.length);
        return passed();
    }

    private ByteBuffer passed() {
        ByteBuffer passed = ByteBuffer.wrap(bytes, 0, out);
        bytes = NOTHING;
        return passed;
    }

    /// Of the line that ended the event before, if it is one.
    private void endOfPair() {
        if (bytes[0] == '\n') {
            eventFrom = 1;
            out = takenOut ? 0 : 1;
        }
    }

    private void holdBack() {
        passing |= bytes.length - eventFrom > MOST;
        if (passing) {
            pass(eventFrom, bytes.length);
            held = NOTHING;
        } else {
            held = Arrays.copyOfRange(bytes, eventFrom, bytes.length);
        }
    }

    private void pass(int from, int to) {
        if (out < from) {
            System.arraycopy(bytes, from, bytes, out, to - from);
        }
        out += to - from;
    }

    private void release(int end) {
        passing |= end - eventFrom > MOST;
        takenOut = hides && !passing && tellsUsage && !hasChoices;
        int to = withFeed(end);
        if (!takenOut) {
            int from = eventFrom;
            if (!passing && isCut(end)) {
                pass(from, from + cutFrom);
                from = isFirst ? afterComma(from + cutTo, end) : from + cutTo;
            }
            pass(from, to);
        }
        eventFrom = to;
        passing = false;
        lines = 0;
        tellsUsage = false;
        hasChoices = false;
        cutFrom = 0;
        cutTo = 0;
    }

    private int withFeed(int end) {
        boolean isReturn = end > 0 && bytes[end - 1] == '\r';
        afterReturn = isReturn && end == bytes.length;
        return isReturn && end < bytes.length && bytes[end] == '\n' ? end + 1 : end;
    }

    private boolean isCut(int end) {
        int to = eventFrom + cutTo;
        if (!hides || cutTo == cutFrom || lines > 1 || to > end) {
            return false;
        }
        return Arrays.equals(bytes, to - NULL.length, to, NULL, 0, NULL.length);
    }

    /// The first of a document's members has its comma behind it.
    private int afterComma(int from, int end) {
        int i = from;
        while (i < end && bytes[i] == ' ') {
            i++;
        }
        return i < end && bytes[i] == ',' ? i + 1 : from;
    }

    private final class Events implements EventScanner.Listener {

        @Override
        public void data(byte[] bytes, int from, int to) {
            if (lines == 0) {
                lines = 1;
                dataFrom = from - eventFrom;
            }
            json.feed(bytes, from, to);
        }

        @Override
        public void nextLine() {
            lines = 2;
            json.feed(NEW_LINE, 0, NEW_LINE.length);
        }

        @Override
        public void eventEnded(int at) {
            json.end();
            json.reset();
            release(at);
        }
    }

    private final class Looked implements JsonScanner.Listener {

        @Override
        public void string(JsonScanner at, long bytes) {}

        @Override
        public void number(JsonScanner at, long value) {
            tellsUsage |= at.at(0) == Member.USAGE && at.depth() > 1;
        }

        @Override
        public void opened(JsonScanner at) {
            hasChoices |= at.at(0) == Member.CHOICES && at.depth() == 2;
        }

        @Override
        public void nothing(JsonScanner at) {
            if (at.depth() == 1 && at.at(0) == Member.USAGE && at.member() >= 0) {
                isFirst = at.comma() < 0;
                cutFrom = dataFrom + (int) (isFirst ? at.member() : at.comma());
                cutTo = dataFrom + (int) at.offset() + NULL.length;
            }
        }
    }
}
