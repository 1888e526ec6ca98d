package io.weir.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.ByteArrayOutputStream;
import java.util.Optional;

/// HTTP/2 as bytes, so that nothing about it has to be right.
final class Frames implements AutoCloseable {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    private static final int ACK = 1;

    private final Raw raw;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);

    /// One that arrived.
    ///
    /// @param payload a character for each byte
    record Frame(int type, int flags, int stream, String payload) {}

    private Frames(Raw raw) {
        this.raw = raw;
    }

    /// With the connection's preface sent, and what the other side set agreed to.
    static Frames on(Raw raw, byte... settings) {
        var frames = new Frames(raw);
        raw.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        frames.send(SETTINGS, 0, 0, settings);
        Optional<Frame> first = frames.any();
        while (first.isPresent() && !isSetting(first.get())) {
            first = frames.any();
        }
        frames.send(SETTINGS, ACK, 0);
        return frames;
    }

    boolean send(int type, int flags, int stream, byte... payload) {
        return raw.send(frame(type, flags, stream, payload));
    }

    static byte[] frame(int type, int flags, int stream, byte... payload) {
        var out = new byte[9 + payload.length];
        out[0] = (byte) (payload.length >> 16);
        out[1] = (byte) (payload.length >> 8);
        out[2] = (byte) payload.length;
        out[3] = (byte) type;
        out[4] = (byte) flags;
        number(out, 5, stream);
        System.arraycopy(payload, 0, out, 9, payload.length);
        return out;
    }

    private static void number(byte[] out, int at, int value) {
        out[at] = (byte) (value >> 24);
        out[at + 1] = (byte) (value >> 16);
        out[at + 2] = (byte) (value >> 8);
        out[at + 3] = (byte) value;
    }

    static byte[] number(int value) {
        var out = new byte[4];
        number(out, 0, value);
        return out;
    }

    /// Names and values in turn, written out in full.
    static byte[] fields(String... namesAndValues) {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            out.write(0);
            text(out, namesAndValues[i]);
            text(out, namesAndValues[i + 1]);
        }
        return out.toByteArray();
    }

    private static void text(ByteArrayOutputStream out, String text) {
        int length = text.length();
        if (length < 127) {
            out.write(length);
        } else {
            out.write(127);
            for (length -= 127; length >= 128; length >>= 7) {
                out.write((length & 127) | 128);
            }
            out.write(length);
        }
        out.writeBytes(text.getBytes(ISO_8859_1));
    }

    /// The next one that is about a stream, or about the end of the connection; nothing, once it is
    /// closed.
    Optional<Frame> next() {
        Optional<Frame> frame = any();
        while (frame.isPresent() && !tells(frame.get())) {
            frame = any();
        }
        return frame;
    }

    private static boolean tells(Frame frame) {
        return frame.type() == GOAWAY || (frame.stream() > 0 && frame.type() != WINDOW_UPDATE);
    }

    private static boolean isSetting(Frame frame) {
        return frame.type() == SETTINGS && frame.flags() != ACK;
    }

    private Optional<Frame> any() {
        var head = new byte[9];
        if (!fill(head)) {
            return Optional.empty();
        }
        var payload = new byte[((head[0] & 255) << 16) | ((head[1] & 255) << 8) | (head[2] & 255)];
        int stream = ((head[7] & 255) << 8) | (head[8] & 255);
        return fill(payload)
                ? Optional.of(new Frame(head[3], head[4], stream, new String(payload, ISO_8859_1)))
                : Optional.empty();
    }

    /// How a stream is answered: its status, or how it or its connection ended.
    String outcome(int stream) {
        while (true) {
            Optional<Frame> next = next();
            if (next.isEmpty()) {
                return "closed";
            }
            Frame frame = next.get();
            if (frame.type() == GOAWAY) {
                return "goaway";
            }
            if (frame.stream() == stream && frame.type() == RST_STREAM) {
                return "reset";
            }
            if (frame.stream() == stream && frame.type() == HEADERS) {
                return status(frame);
            }
        }
    }

    private String status(Frame frame) {
        try {
            return String.valueOf(
                    decoder.decodeHeaders(
                                    frame.stream(),
                                    Unpooled.copiedBuffer(frame.payload(), ISO_8859_1))
                            .status());
        } catch (Http2Exception unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private boolean fill(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            int next = raw.read();
            if (next < 0) {
                return false;
            }
            bytes[i] = (byte) next;
        }
        return true;
    }

    Raw raw() {
        return raw;
    }

    @Override
    public void close() {
        raw.close();
    }
}
