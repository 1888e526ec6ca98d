package io.weir.gateway.upstreams;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.util.AttributeKey;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;
import reactor.netty.http.client.HttpClient;

/// Breaks off an upstream that has begun to answer and then stalls. It stays with its connection.
///
/// Only the upstream's own pauses count: while its caller is too slow to take what is there,
/// nothing more is read. It looks eight times in the time allowed whether anything has moved, so
/// that a request costs it no timer and no look at the clock; one that stalls is broken off after
/// an eighth more at most.
final class StalledAnswers extends ChannelInboundHandlerAdapter {

    private static final AttributeKey<StalledAnswers> KEY =
            AttributeKey.valueOf(StalledAnswers.class, "of");
    private static final int LOOKS = 8;

    private final long betweenLooks;
    private boolean answering;
    private boolean moved;
    private int quiet;
    private @Nullable Future<?> next;

    private StalledAnswers(Duration allowed) {
        betweenLooks = Math.max(1, allowed.toNanos() / LOOKS);
    }

    static HttpClient cutOff(Duration allowed, HttpClient client) {
        return client.doOnResponse((_, connection) -> of(connection.channel(), allowed).begin())
                .doAfterResponseSuccess((_, connection) -> end(connection.channel()));
    }

    private static StalledAnswers of(Channel channel, Duration allowed) {
        var known = channel.attr(KEY);
        StalledAnswers there = known.get();
        if (there != null) {
            return there;
        }
        var added = new StalledAnswers(allowed);
        known.set(added);
        channel.pipeline()
                .addBefore(NettyPipeline.ReactiveBridge, StalledAnswers.class.getName(), added);
        return added;
    }

    private static void end(Channel channel) {
        StalledAnswers there = channel.attr(KEY).get();
        if (there != null) {
            there.answering = false;
        }
    }

    private void begin() {
        answering = true;
        moved = true;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        lookLater(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        moved = true;
        context.fireChannelRead(message);
    }

    private void lookLater(ChannelHandlerContext context) {
        next = context.executor().schedule(() -> look(context), betweenLooks, TimeUnit.NANOSECONDS);
    }

    /// A look that is still to come would keep all there was of a request that was broken off.
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (next != null) {
            next.cancel(false);
        }
    }

    private void look(ChannelHandlerContext context) {
        if (!context.channel().isActive()) {
            return;
        }
        if (!answering || moved || !context.channel().config().isAutoRead()) {
            moved = false;
            quiet = 0;
        } else if (++quiet >= LOOKS) {
            context.fireExceptionCaught(ReadTimeoutException.INSTANCE);
            var _ = context.close();
            return;
        }
        lookLater(context);
    }
}
