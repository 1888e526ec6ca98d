package io.weir.gateway.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.util.ByteProcessor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/// Answers each request, which has no body, with the same small JSON; and counts them.
final class Upstream {

    static final String BODY =
            """
            {"id":"7f3c2a","object":"greeting","message":"Hello from upstream","tags":["a","b"]}""";

    private static final ByteBuf ANSWER =
            Unpooled.unreleasableBuffer(
                    Unpooled.directBuffer()
                            .writeBytes(
                                    """
                                    HTTP/1.1 200 OK\r
                                    Content-Type: application/json\r
                                    Content-Length: %d\r
                                    \r
                                    %s"""
                                            .formatted(BODY.length(), BODY)
                                            .getBytes(US_ASCII)));

    private static final long QUIET_NANOS = 100_000_000;

    private final LongAdder arrived = new LongAdder();

    private final EventLoopGroup loops;

    private Upstream(EventLoopGroup loops) {
        this.loops = loops;
    }

    static Upstream start(int port, EventLoopGroup loops) {
        var upstream = new Upstream(loops);
        new ServerBootstrap()
                .group(loops)
                .channel(Sockets.server())
                .option(ChannelOption.SO_BACKLOG, 1_024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                channel.pipeline().addLast(upstream.new Answering());
                            }
                        })
                .bind("127.0.0.1", port)
                .syncUninterruptibly();
        return upstream;
    }

    /// Another may have its port.
    void stop() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    long arrived() {
        return arrived.sum();
    }

    /// Once what is still on its way has arrived.
    long arrivedOnceQuiet() {
        long before;
        do {
            before = arrived.sum();
            LockSupport.parkNanos(QUIET_NANOS);
        } while (before != arrived.sum());
        return before;
    }

    /// One connection. A head ends with an empty line, wherever the reads end.
    private final class Answering extends ChannelInboundHandlerAdapter implements ByteProcessor {

        private static final int END = '\r' << 24 | '\n' << 16 | '\r' << 8 | '\n';

        private int lastFour;
        private int heads;

        @Override
        public boolean process(byte value) {
            lastFour = lastFour << 8 | value;
            if (lastFour == END) {
                heads++;
            }
            return true;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            var bytes = (ByteBuf) message;
            heads = 0;
            bytes.forEachByte(this);
            bytes.release();
            for (int i = 0; i < heads; i++) {
                arrived.increment();
                var _ = context.write(ANSWER.duplicate(), context.voidPromise());
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable reset) {
            var _ = context.close();
        }
    }
}
