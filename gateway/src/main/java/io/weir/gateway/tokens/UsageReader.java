package io.weir.gateway.tokens;

import io.weir.quota.price.Tokens;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads what one answer says of its usage, while it passes.
///
/// Usage that is stated several times is cumulative: of each figure the last counts, and one that
/// is absent is unchanged.
public final class UsageReader {

    /// How an answer is written.
    public enum Form {
        /// One JSON document.
        DOCUMENT,
        /// Server-sent events, each with a JSON document.
        EVENTS
    }

    private static final int PIECE = 2 * 1024;
    private static final int BYTES_OF_TOKEN = 4;
    private static final byte[] NEW_LINE = {'\n'};
    private static final byte[] DONE = {'[', 'D', 'O', 'N', 'E', ']'};

    private final AnswerFormat format;
    private final Map<Figure, Long> figures = new EnumMap<>(Figure.class);
    private final JsonScanner json;
    private final EventScanner events;
    private final Form form;
    private byte @Nullable [] piece;
    private boolean nonsense;
    private boolean over;
    private boolean failed;
    private long text;
    private long pieces;
    private boolean inJson;
    private long jsonFrom;

    public UsageReader(AnswerFormat format, Form form) {
        this.format = format;
        this.form = form;
        this.json = new JsonScanner(new Told());
        this.events = new EventScanner(new Events());
    }

    /// @param bytes which are left as they are
    public void feed(ByteBuffer bytes) {
        int from = bytes.position();
        int to = bytes.limit();
        if (bytes.hasArray()) {
            feed(bytes.array(), bytes.arrayOffset() + from, bytes.arrayOffset() + to);
            return;
        }
        byte[] copy = piece == null ? new byte[PIECE] : piece;
        piece = copy;
        for (int i = from; i < to; i += PIECE) {
            int length = Math.min(PIECE, to - i);
            bytes.get(i, copy, 0, length);
            feed(copy, 0, length);
        }
    }

    private void feed(byte[] bytes, int from, int to) {
        if (form == Form.EVENTS) {
            events.feed(bytes, from, to);
        } else {
            json.feed(bytes, from, to);
        }
    }

    /// The answer is over, whole or not.
    public void end() {
        if (form == Form.EVENTS) {
            events.end(0);
        } else {
            json.end();
            endJson();
        }
    }

    /// What was stated so far; nothing as long as nobody says how long the prompt was. Of a stream
    /// that is not complete, the output may be a placeholder.
    public Optional<Tokens> tokens() {
        return format.tokens(figures);
    }

    /// Whether a figure was stated that can't be true. Then nothing that was stated is believed.
    public boolean isNonsense() {
        return nonsense;
    }

    /// Whether the answer came to the end that its format has, and tells of no error.
    public boolean isComplete() {
        return over && !failed;
    }

    /// Bytes of text that were delivered, as JSON writes it.
    public long text() {
        return text;
    }

    /// How many tokens were delivered by our own count: four bytes each, as usual text has, and at
    /// least one for each piece, as which models write them.
    public long estimate() {
        return Math.max(pieces, Math.ceilDiv(text, BYTES_OF_TOKEN));
    }

    private void deliver(long bytes) {
        text += bytes;
        pieces += bytes > 0 ? 1 : 0;
    }

    private void endJson() {
        if (inJson) {
            inJson = false;
            deliver(json.offset() - jsonFrom);
        }
    }

    private final class Events implements EventScanner.Listener {

        private int done;

        @Override
        public void data(byte[] bytes, int from, int to) {
            for (int i = from; i < to && done >= 0; i++) {
                done = done < DONE.length && bytes[i] == DONE[done] ? done + 1 : -1;
            }
            json.feed(bytes, from, to);
        }

        @Override
        public void nextLine() {
            done = -1;
            json.feed(NEW_LINE, 0, NEW_LINE.length);
        }

        @Override
        public void eventEnded(int at) {
            over |= done == DONE.length && format == AnswerFormat.OPENAI;
            done = 0;
            json.end();
            json.reset();
        }
    }

    private final class Told implements JsonScanner.Listener {

        @Override
        public void string(JsonScanner at, long bytes) {
            if (format.isText(at, form)) {
                deliver(bytes);
            } else if (format.figure(at, form) != null) {
                nonsense = true;
            } else {
                failed |= isError(at);
            }
        }

        @Override
        public void number(JsonScanner at, long value) {
            Figure figure = format.figure(at, form);
            if (figure != null) {
                nonsense |= value < 0;
                figures.put(figure, Math.max(value, 0));
            }
        }

        @Override
        public void type(Member type) {
            over |= form == Form.EVENTS && format.isLast(type);
            failed |= type == Member.ERROR || type == Member.RESPONSE_FAILED;
        }

        @Override
        public void opened(JsonScanner at) {
            failed |= isError(at);
            if (format.isJsonText(at, form)) {
                inJson = true;
                jsonFrom = at.offset();
            }
        }

        @Override
        public void closed(JsonScanner at) {
            over |= form == Form.DOCUMENT && at.depth() == 0;
            if (inJson && format.isJsonText(at, form)) {
                deliver(at.offset() + 1 - jsonFrom);
                inJson = false;
            }
        }

        private boolean isError(JsonScanner at) {
            return at.depth() == 1 && at.at(0) == Member.ERROR;
        }
    }
}
