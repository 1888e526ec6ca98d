package io.weir.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/// HTTP/2, before its codec: only where frames begin and end is followed here, which of them are
/// requests with a body, and whether the caller makes room for answers. All else is the codec's.
final class Http2Guard implements Guarded {

    private static final int PREFACE = 24;
    private static final int FRAME_HEADER = 9;
    private static final int END_STREAM = 0x1;
    private static final int END_HEADERS = 0x4;

    private final byte[] frame = new byte[FRAME_HEADER];
    private final IntObjectMap<Body> bodies = new IntObjectHashMap<>();
    private int preface;
    private int filled;
    private int payload;
    private boolean inBlock;
    private long heads;
    private long room;
    private long roomBefore;
    private boolean waitedBefore;
    private @Nullable ChannelHandlerContext codec;

    /// What has come of a request's body.
    private static final class Body {

        long bytes;
        boolean seen;
    }

    /// @param prefaced whether the connection's preface is over
    Http2Guard(boolean prefaced) {
        this.preface = prefaced ? 0 : PREFACE;
    }

    @Override
    public boolean read(ChannelHandlerContext context, ByteBuf bytes) {
        follow(bytes);
        context.fireChannelRead(bytes);
        if (codec == null) {
            codec = context.pipeline().context(Http2ConnectionHandler.class);
        }
        return false;
    }

    private void follow(ByteBuf bytes) {
        int at = bytes.readerIndex();
        int to = bytes.writerIndex();
        int skipped = Math.min(preface, to - at);
        preface -= skipped;
        at += skipped;
        while (at < to) {
            if (payload > 0) {
                int part = Math.min(payload, to - at);
                payload -= part;
                at += part;
                count(part);
            } else {
                frame[filled++] = bytes.getByte(at++);
                if (filled == FRAME_HEADER) {
                    filled = 0;
                    begin();
                }
            }
        }
    }

    private void count(int part) {
        if (frame[3] == Http2FrameTypes.DATA) {
            Body body = bodies.get(stream());
            if (body != null) {
                body.bytes += part;
            }
        }
    }

    private void begin() {
        payload = (frame[0] & 0xff) << 16 | (frame[1] & 0xff) << 8 | (frame[2] & 0xff);
        heads++;
        boolean ends = (frame[4] & END_STREAM) != 0;
        switch (frame[3]) {
            case Http2FrameTypes.HEADERS -> {
                inBlock = (frame[4] & END_HEADERS) == 0;
                if (ends) {
                    bodies.remove(stream());
                } else if (!bodies.containsKey(stream())) {
                    bodies.put(stream(), new Body());
                }
            }
            case Http2FrameTypes.CONTINUATION -> inBlock = (frame[4] & END_HEADERS) == 0;
            case Http2FrameTypes.DATA -> {
                if (ends) {
                    bodies.remove(stream());
                }
            }
            case Http2FrameTypes.RST_STREAM -> bodies.remove(stream());
            case Http2FrameTypes.WINDOW_UPDATE -> room++;
            default -> {}
        }
    }

    private int stream() {
        return (frame[5] & 0x7f) << 24
                | (frame[6] & 0xff) << 16
                | (frame[7] & 0xff) << 8
                | (frame[8] & 0xff);
    }

    /// A frame that is not all here, unless it is one of data, or a block of header fields.
    @Override
    public boolean headBegun() {
        return inBlock
                || filled > 0
                || (payload > 0 && frame[3] != Http2FrameTypes.DATA)
                || (preface > 0 && preface < PREFACE);
    }

    /// Within a block each frame would be one: the block is what has to end.
    @Override
    public long heads() {
        return inBlock ? -1 : heads;
    }

    @Override
    public boolean bodyBegun() {
        return !bodies.isEmpty();
    }

    @Override
    public int endSlowBodies(ChannelHandlerContext context, long least, boolean reading) {
        int ended = 0;
        Iterator<IntObjectMap.PrimitiveEntry<Body>> each = bodies.entries().iterator();
        while (each.hasNext()) {
            IntObjectMap.PrimitiveEntry<Body> entry = each.next();
            Body body = entry.value();
            Http2Stream stream = stream(entry.key());
            if (stream == null || !stream.state().remoteSideOpen()) {
                each.remove();
            } else if (body.seen && body.bytes < least && reading && isTaken(stream)) {
                reset(stream);
                each.remove();
                ended++;
            }
            body.seen = true;
            body.bytes = 0;
        }
        return ended;
    }

    private @Nullable Http2Stream stream(int id) {
        return codec == null || codec.isRemoved() ? null : handler(codec).connection().stream(id);
    }

    /// Whether all that came of it was taken: else it is us who let the caller wait.
    private boolean isTaken(Http2Stream stream) {
        return codec != null
                && handler(codec).connection().local().flowController().unconsumedBytes(stream)
                        == 0;
    }

    private void reset(Http2Stream stream) {
        if (codec != null) {
            var _ =
                    handler(codec)
                            .resetStream(
                                    codec,
                                    stream.id(),
                                    Http2Error.CANCEL.code(),
                                    codec.newPromise());
            codec.flush();
        }
    }

    @Override
    public void endSlowHead(ChannelHandlerContext context) {
        var _ = context.close();
    }

    /// A connection on which no frame ends is no use to its answers either.
    @Override
    public boolean isAnswering() {
        return false;
    }

    @Override
    public boolean isStuck() {
        boolean waits = waits();
        boolean stuck = waits && waitedBefore && room == roomBefore;
        waitedBefore = waits;
        roomBefore = room;
        return stuck;
    }

    /// Whether an answer waits for room that the caller has to give.
    private boolean waits() {
        if (codec == null || codec.isRemoved()) {
            return false;
        }
        Http2Connection connection = handler(codec).connection();
        try {
            return connection.forEachActiveStream(
                            stream ->
                                    !connection.remote().flowController().hasFlowControlled(stream))
                    != null;
        } catch (Http2Exception unexpected) {
            return false;
        }
    }

    private static Http2ConnectionHandler handler(ChannelHandlerContext codec) {
        return (Http2ConnectionHandler) codec.handler();
    }
}
