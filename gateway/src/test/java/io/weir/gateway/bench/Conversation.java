package io.weir.gateway.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// One connection of a client, with one request at a time.
final class Conversation extends SimpleChannelInboundHandler<HttpObject> {

    private final Target target;
    private final Listener listener;
    private @Nullable ChannelHandlerContext connection;
    private boolean asked;
    private long since;
    private int status;
    private int bytes;

    private Conversation(Target target, Listener listener) {
        this.target = target;
        this.listener = listener;
    }

    interface Listener {

        void ready(Conversation conversation);

        /// @param right whether it was a 200 with the upstream's body
        void answered(Conversation conversation, boolean right, long since);

        /// @param asked whether there was a request without an answer
        void closed(Conversation conversation, boolean asked);
    }

    /// Connects to a target, and tells the listener when it may ask.
    ///
    /// @param from which address and port of this machine; any, if nothing
    static ChannelFuture open(
            Target target, EventLoop loop, @Nullable InetSocketAddress from, Listener listener) {
        return new Bootstrap()
                .group(loop)
                .channel(Sockets.client())
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                channel.pipeline()
                                        .addLast(
                                                new HttpResponseDecoder(),
                                                new Conversation(target, listener));
                            }
                        })
                .connect(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), target.port()),
                        from);
    }

    void ask(String credential, long since) {
        this.since = since;
        String head =
                """
                GET %s HTTP/1.1\r
                Host: 127.0.0.1:%d\r
                Authorization: Bearer %s\r
                \r
                """;
        if (connection != null) {
            asked = true;
            var _ =
                    connection.writeAndFlush(
                            Unpooled.wrappedBuffer(
                                    head.formatted(target.path(), target.port(), credential)
                                            .getBytes(US_ASCII)));
        }
    }

    void close() {
        if (connection != null) {
            var _ = connection.close();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        connection = context;
        listener.ready(this);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
        if (message instanceof HttpResponse head) {
            status = head.status().code();
            bytes = 0;
        }
        if (message instanceof HttpContent content) {
            bytes += content.content().readableBytes();
        }
        if (message instanceof LastHttpContent) {
            asked = false;
            listener.answered(this, status == 200 && bytes == Upstream.BODY.length(), since);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        connection = null;
        listener.closed(this, asked);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable reset) {
        var _ = context.close();
    }
}
