package io.weir.gateway.tls;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerCodec;

/// Leaves alone who asks, without TLS, to go on in HTTP/2: RFC 9113 has given that up, and such a
/// request would have to be held whole first, or refused for its size. Those who begin with HTTP/2
/// are understood.
@Sharable
final class UpgradeLeftOut extends ChannelInboundHandlerAdapter {

    private static final UpgradeLeftOut INSTANCE = new UpgradeLeftOut();

    /// Between the codec of HTTP/1.1 and who would upgrade.
    static void in(ChannelPipeline pipeline) {
        ChannelHandlerContext codec = pipeline.context(HttpServerCodec.class);
        if (codec != null) {
            pipeline.addAfter(codec.name(), UpgradeLeftOut.class.getName(), INSTANCE);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request
                && request.headers().contains(HttpHeaderNames.UPGRADE, "h2c", true)) {
            request.headers().remove(HttpHeaderNames.UPGRADE);
            request.headers().remove("HTTP2-Settings");
        }
        context.fireChannelRead(message);
    }
}
