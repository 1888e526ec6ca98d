package io.weir.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpConstants;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;

/// HTTP/1.1, from both sides of its codec.
///
/// The codec joins folded lines and says nothing, so lines are looked at before it. Where a head
/// ends and a body begins is not decided here: bytes are handed to the codec in pieces that end
/// where a head or a body may end, and what the codec made of them tells what the next ones are.
final class Http1Guard implements Guarded {

    private static final byte[] TIMEOUT =
            "HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private enum Part {
        HEAD,
        /// A body of a stated length.
        LENGTH,
        CHUNKS,
        /// Nothing of HTTP any more, or nothing that is understood.
        OTHER
    }

    private final ChannelHandlerContext codec;
    private final Behind behind = new Behind();

    private Part part = Part.HEAD;
    private boolean begun;
    private boolean folded;
    private boolean blank = true;
    private int lines;
    private long left;
    private long heads;
    private long bodyBytes;
    private boolean bodySeen;
    private int unanswered;

    Http1Guard(ChannelHandlerContext codec) {
        this.codec = codec;
        codec.pipeline().addAfter(codec.name(), "weir.edge.requests", behind);
    }

    /// The connection goes on with HTTP/2, whose preface looks like a request.
    boolean isOver() {
        return codec.isRemoved() && part != Part.OTHER;
    }

    void leave() {
        if (codec.pipeline().context(behind) != null) {
            codec.pipeline().remove(behind);
        }
    }

    @Override
    public boolean read(ChannelHandlerContext context, ByteBuf bytes) {
        while (bytes.isReadable() && !isOver()) {
            int end =
                    switch (part) {
                        case HEAD -> endOfHead(bytes);
                        case LENGTH ->
                                bytes.readerIndex() + (int) Math.min(left, bytes.readableBytes());
                        case CHUNKS -> endOfBlankLine(bytes);
                        case OTHER -> bytes.writerIndex();
                    };
            int length = end - bytes.readerIndex();
            if (part == Part.LENGTH) {
                left -= length;
            }
            bodyBytes += part == Part.HEAD ? 0 : length;
            if (length == bytes.readableBytes()) {
                context.fireChannelRead(bytes);
                return false;
            }
            context.fireChannelRead(bytes.readRetainedSlice(length));
        }
        if (bytes.isReadable()) {
            return true;
        }
        bytes.release();
        return false;
    }

    private int endOfHead(ByteBuf bytes) {
        int to = bytes.writerIndex();
        int from = bytes.readerIndex();
        begun = true;
        while (from < to) {
            byte first = bytes.getByte(from);
            folded |= lines > 0 && blank && (first == ' ' || first == '\t');
            int lf = bytes.indexOf(from, to, HttpConstants.LF);
            int end = lf < 0 ? to : lf;
            blank &= end == from || (end - from == 1 && first == HttpConstants.CR);
            if (lf < 0) {
                return to;
            }
            from = lf + 1;
            if (blank && lines > 0) {
                lines = 0;
                return from;
            }
            lines += blank ? 0 : 1;
            blank = true;
        }
        return to;
    }

    /// With one, the last chunk and its trailers end.
    private static int endOfBlankLine(ByteBuf bytes) {
        int start = bytes.readerIndex();
        int to = bytes.writerIndex();
        int lf = bytes.indexOf(start, to, HttpConstants.LF);
        while (lf >= 0) {
            if (lf - start < 2
                    || (bytes.getByte(lf - 1) == HttpConstants.CR
                            && bytes.getByte(lf - 2) == HttpConstants.LF)) {
                return lf + 1;
            }
            lf = bytes.indexOf(lf + 1, to, HttpConstants.LF);
        }
        return to;
    }

    @Override
    public boolean headBegun() {
        return part == Part.HEAD && begun;
    }

    @Override
    public long heads() {
        return heads;
    }

    @Override
    public boolean bodyBegun() {
        return part == Part.LENGTH || part == Part.CHUNKS;
    }

    @Override
    public int endSlowBodies(ChannelHandlerContext context, long least, boolean reading) {
        long since = bodyBytes;
        bodyBytes = 0;
        if (!bodySeen || !reading || since >= least) {
            bodySeen = true;
            return 0;
        }
        var _ = context.close();
        return 1;
    }

    @Override
    public void endSlowHead(ChannelHandlerContext context) {
        var _ =
                context.writeAndFlush(Unpooled.wrappedBuffer(TIMEOUT))
                        .addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public boolean isAnswering() {
        return unanswered > 0;
    }

    @Override
    public boolean isStuck() {
        return false;
    }

    /// Stands behind the codec, and tells what came of the bytes.
    private final class Behind extends ChannelDuplexHandler {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest request) {
                begin(request);
            }
            if (message instanceof LastHttpContent last) {
                begun = false;
                part = last.decoderResult().isFailure() ? Part.OTHER : Part.HEAD;
            }
            context.fireChannelRead(message);
        }

        private void begin(HttpRequest request) {
            heads++;
            unanswered++;
            begun = false;
            bodySeen = false;
            if (folded && request.decoderResult().isSuccess()) {
                request.setDecoderResult(
                        DecoderResult.failure(new MalformedRequest("A line is folded")));
            }
            if (request.decoderResult().isFailure()) {
                part = Part.OTHER;
                return;
            }
            ignoreUpgrade(request.headers());
            if (HttpUtil.isTransferEncodingChunked(request)) {
                part = Part.CHUNKS;
            } else {
                left = HttpUtil.getContentLength(request, 0L);
                part = left > 0 ? Part.LENGTH : Part.HEAD;
            }
        }

        /// To HTTP/2, in the way that RFC 9113 took back. Who wants it speaks it at once.
        private static void ignoreUpgrade(HttpHeaders headers) {
            if (headers.containsValue(HttpHeaderNames.UPGRADE, "h2c", true)) {
                headers.remove(HttpHeaderNames.UPGRADE);
                headers.remove("http2-settings");
                boolean close =
                        headers.containsValue(
                                HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
                headers.remove(HttpHeaderNames.CONNECTION);
                if (close) {
                    headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
                }
            }
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            boolean informs = false;
            if (message instanceof HttpResponse response) {
                informs = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
                if (response.status().code() == HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
                    part = Part.OTHER;
                }
            }
            if (message instanceof LastHttpContent && !informs) {
                unanswered--;
            }
            var _ = context.write(message, promise);
        }
    }
}
