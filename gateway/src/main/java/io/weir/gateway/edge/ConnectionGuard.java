package io.weir.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.HttpServerCodec;
import io.weir.gateway.edge.EdgeMeters.Reason;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Closes a connection on a caller who does not go on with what it began.
///
/// Time is taken only of what is not all there after a read, so a request that arrives whole costs
/// no timer. Whether answers are read is looked at from time to time instead of at each write.
final class ConnectionGuard extends ChannelDuplexHandler {

    /// In the time that answers may be left unread.
    private static final int LOOKS = 2;

    private final EdgeSettings settings;
    private final EdgeMeters meters;
    private final long leastOfBody;

    private @Nullable Guarded guarded;
    private @Nullable Future<?> head;
    private @Nullable Future<?> body;
    private @Nullable Future<?> answers;
    private boolean reading;
    private long headsBefore;
    private boolean answeringBefore;
    private long sentBefore;
    private int stuckFor;

    ConnectionGuard(EdgeSettings settings, EdgeMeters meters) {
        this.settings = settings;
        this.meters = meters;
        this.leastOfBody =
                Math.max(
                        1,
                        settings.bodyRate().toBytes() * settings.bodyTimeout().toMillis() / 1000);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        long period = Math.max(1, settings.writeTimeout().toMillis() / LOOKS);
        answers =
                context.executor()
                        .scheduleWithFixedDelay(
                                () -> lookAtAnswers(context),
                                period,
                                period,
                                TimeUnit.MILLISECONDS);
        context.fireChannelActive();
    }

    @Override
    public void read(ChannelHandlerContext context) {
        reading = true;
        context.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        reading = false;
        if (!(message instanceof ByteBuf bytes)) {
            context.fireChannelRead(message);
            return;
        }
        Guarded now = guarded == null ? begin(context) : guarded;
        guarded = now;
        boolean left = now.read(context, bytes);
        if (now instanceof Http1Guard first && first.isOver()) {
            first.leave();
            now = new Http2Guard(true);
            guarded = now;
            if (left) {
                now.read(context, bytes);
            }
        }
        if (now.headBegun() && head == null) {
            waitForHead(now, context);
        }
        if (now.bodyBegun() && body == null) {
            now.endSlowBodies(context, 0, true);
            waitForBody(context);
        }
    }

    private static Guarded begin(ChannelHandlerContext context) {
        ChannelHandlerContext codec = context.pipeline().context(HttpServerCodec.class);
        return codec == null ? new Http2Guard(false) : new Http1Guard(codec);
    }

    /// Whether it is the caller who is waited for: what was not asked to come may well be there.
    private boolean isReading(ChannelHandlerContext context) {
        return reading || context.channel().config().isAutoRead();
    }

    private void waitForHead(Guarded now, ChannelHandlerContext context) {
        headsBefore = now.heads();
        answeringBefore = now.isAnswering();
        head =
                context.executor()
                        .schedule(
                                () -> lookAtHead(context),
                                settings.headTimeout().toMillis(),
                                TimeUnit.MILLISECONDS);
    }

    private void lookAtHead(ChannelHandlerContext context) {
        head = null;
        Guarded now = guarded;
        if (now == null || !now.headBegun()) {
            return;
        }
        if (isSlow(now) && isReading(context)) {
            meters.closed(Reason.SLOW_HEAD);
            now.endSlowHead(context);
            return;
        }
        waitForHead(now, context);
    }

    /// Its caller had the whole time for it, and no answer to read meanwhile.
    private boolean isSlow(Guarded now) {
        return now.heads() == headsBefore && !answeringBefore && !now.isAnswering();
    }

    private void waitForBody(ChannelHandlerContext context) {
        body =
                context.executor()
                        .schedule(
                                () -> lookAtBody(context),
                                settings.bodyTimeout().toMillis(),
                                TimeUnit.MILLISECONDS);
    }

    private void lookAtBody(ChannelHandlerContext context) {
        body = null;
        if (guarded == null || !guarded.bodyBegun()) {
            return;
        }
        int slow = guarded.endSlowBodies(context, leastOfBody, isReading(context));
        for (int i = 0; i < slow; i++) {
            meters.closed(Reason.SLOW_BODY);
        }
        if (guarded.bodyBegun() && context.channel().isActive()) {
            waitForBody(context);
        }
    }

    private void lookAtAnswers(ChannelHandlerContext context) {
        long sent = sent(context);
        boolean stuck = guarded != null && guarded.isStuck();
        stuck |= sent != 0 && sent == sentBefore;
        sentBefore = sent;
        stuckFor = stuck ? stuckFor + 1 : 0;
        if (stuckFor == LOOKS) {
            meters.closed(Reason.SLOW_READER);
            var _ = context.close();
        }
    }

    /// A number that stays the same as long as nothing of what waits is sent; 0 if nothing waits.
    private static long sent(ChannelHandlerContext context) {
        ChannelOutboundBuffer waiting = context.channel().unsafe().outboundBuffer();
        Object first = waiting == null ? null : waiting.current();
        return waiting == null || first == null
                ? 0
                : 1
                        + (long) System.identityHashCode(first) * 31
                        + waiting.currentProgress()
                        + (first instanceof ByteBuf bytes ? bytes.readerIndex() : 0);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        cancel(head);
        cancel(body);
        cancel(answers);
    }

    private static void cancel(@Nullable Future<?> task) {
        if (task != null) {
            task.cancel(false);
        }
    }
}
