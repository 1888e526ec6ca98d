package io.weir.gateway.shutdown;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.util.concurrent.GlobalEventExecutor;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.stereotype.Component;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/// Of callers, all that there are.
@Component
final class OpenConnections implements NettyServerCustomizer {

    private final ChannelGroup all = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final LastAnswer lastAnswer = new LastAnswer();
    private volatile boolean leaving;

    @Override
    public HttpServer apply(HttpServer server) {
        return server.doOnChannelInit(
                (_, channel, _) -> {
                    all.add(channel);
                    if (leaving) {
                        leave(channel);
                    }
                });
    }

    /// From now on, each HTTP/1.1 connection that is answered on ends with that answer, so that its
    /// caller takes another one, to somebody who stays. Those of HTTP/2 are told once no more of
    /// them are taken.
    void leave() {
        leaving = true;
        all.forEach(channel -> channel.eventLoop().execute(() -> leave(channel)));
    }

    void close() {
        var _ = all.close();
    }

    private void leave(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        if (pipeline.get(NettyPipeline.HttpTrafficHandler) != null
                && pipeline.get(LastAnswer.class) == null) {
            pipeline.addAfter(NettyPipeline.HttpTrafficHandler, null, lastAnswer);
        }
    }

    @Sharable
    private static final class LastAnswer extends ChannelOutboundHandlerAdapter {

        @Override
        public void write(ChannelHandlerContext context, Object part, ChannelPromise written) {
            if (part instanceof HttpResponse head
                    && head.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
                head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            }
            var _ = context.write(part, written);
        }
    }
}
