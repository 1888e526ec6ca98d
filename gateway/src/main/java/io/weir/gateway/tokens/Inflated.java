package io.weir.gateway.tokens;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/// Has a reader read an answer as it was before it was compressed, while the compressed one passes.
///
/// What comes out is handed on in pieces of a few KiB and kept nowhere, so an answer that inflates
/// a thousandfold takes time, but no memory. Checksums are the client's to check.
public final class Inflated {

    private enum Coding {
        IDENTITY,
        GZIP,
        DEFLATE
    }

    private enum State {
        HEADER,
        BODY,
        TRAILER,
        NEXT,
        OVER,
        BROKEN
    }

    private static final int PIECE = 4 * 1024;
    private static final int GZIP_TRAILER = 8;
    private static final int ZLIB_TRAILER = 4;
    private static final int METHOD = 0x0F;
    private static final int DEFLATED = 8;
    private static final int ZLIB_CHECK = 31;
    private static final int ZLIB_DICTIONARY = 0x20;
    private static final byte GZIP_BEGINS = 0x1F;

    private final UsageReader reader;
    private final Coding coding;
    private final ByteBuffer piece;
    private final ByteBuffer beginning = ByteBuffer.allocate(2);
    private @Nullable Inflater inflater;
    private GzipHeader gzip = new GzipHeader();
    private State state;
    private int trailer;
    private boolean begun;
    private boolean ended;

    private Inflated(Coding coding, UsageReader reader) {
        this.coding = coding;
        this.reader = reader;
        this.piece = ByteBuffer.allocate(coding == Coding.IDENTITY ? 0 : PIECE);
        this.state = coding == Coding.IDENTITY ? State.OVER : State.HEADER;
    }

    /// @param coding as `Content-Encoding` says it; empty for none
    /// @return nothing for a coding, or a list of them, that can't be read
    public static Optional<Inflated> of(String coding, UsageReader reader) {
        return switch (coding.strip().toLowerCase(Locale.ROOT)) {
            case "", "identity" -> Optional.of(new Inflated(Coding.IDENTITY, reader));
            case "gzip", "x-gzip" -> Optional.of(new Inflated(Coding.GZIP, reader));
            case "deflate" -> Optional.of(new Inflated(Coding.DEFLATE, reader));
            default -> Optional.empty();
        };
    }

    /// @param bytes which are left as they are; nothing that comes after the end is read
    public void feed(ByteBuffer bytes) {
        if (ended) {
            return;
        }
        if (coding == Coding.IDENTITY) {
            reader.feed(bytes);
            return;
        }
        ByteBuffer in = bytes.duplicate();
        while (in.hasRemaining() && state != State.OVER && state != State.BROKEN) {
            begun = true;
            switch (state) {
                case HEADER -> header(in.get());
                case BODY -> inflate(in);
                case TRAILER -> trailer(in);
                case NEXT -> next(in);
                case OVER, BROKEN -> {}
            }
        }
    }

    private void header(byte next) {
        if (coding == Coding.GZIP) {
            switch (gzip.take(next)) {
                case OVER -> state = State.BODY;
                case BROKEN -> state = State.BROKEN;
                default -> {}
            }
            return;
        }
        beginning.put(next);
        if (!beginning.hasRemaining() || (beginning.get(0) & METHOD) != DEFLATED) {
            beginning.flip();
            deflated();
        }
    }

    /// With the header of zlib (RFC 1950), or without, as some send it.
    private void deflated() {
        boolean isZlib =
                beginning.limit() == 2
                        && Short.toUnsignedInt(beginning.getShort(0)) % ZLIB_CHECK == 0;
        if (!isZlib) {
            state = State.BODY;
            inflate(beginning);
        } else {
            trailer = ZLIB_TRAILER;
            state = (beginning.get(1) & ZLIB_DICTIONARY) == 0 ? State.BODY : State.BROKEN;
        }
    }

    private void inflate(ByteBuffer in) {
        Inflater from = inflater == null ? new Inflater(true) : inflater;
        inflater = from;
        try {
            from.setInput(in);
            while (from.inflate(piece) > 0) {
                reader.feed(piece.flip());
                piece.clear();
            }
            if (from.finished()) {
                ended();
            } else if (in.hasRemaining() || from.needsDictionary()) {
                state = State.BROKEN;
            }
        } catch (DataFormatException broken) {
            state = State.BROKEN;
        }
    }

    private void ended() {
        if (coding == Coding.GZIP) {
            trailer = GZIP_TRAILER;
        }
        state = trailer > 0 ? State.TRAILER : State.OVER;
    }

    private void trailer(ByteBuffer in) {
        int skipped = Math.min(trailer, in.remaining());
        in.position(in.position() + skipped);
        trailer -= skipped;
        if (trailer == 0) {
            state = coding == Coding.GZIP ? State.NEXT : State.OVER;
        }
    }

    /// After one member of a gzip file, another, or what isn't any and is passed over.
    private void next(ByteBuffer in) {
        if (in.get(in.position()) != GZIP_BEGINS || inflater == null) {
            state = State.OVER;
            return;
        }
        inflater.reset();
        gzip = new GzipHeader();
        state = State.HEADER;
    }

    /// The answer is over, whole or not. Has to be called: it gives back what is not Java's memory.
    public void end() {
        if (ended) {
            return;
        }
        ended = true;
        if (begun && state != State.OVER && state != State.NEXT) {
            state = State.BROKEN;
        }
        if (inflater != null) {
            inflater.end();
        }
        reader.end();
    }

    /// Whether it can't be inflated, or ended too early. Then not all was read.
    public boolean isBroken() {
        return state == State.BROKEN;
    }
}
