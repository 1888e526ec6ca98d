package io.weir.gateway.bench;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// Clients that ask once and stay. Everything here happens on one event loop.
final class Visitors implements Conversation.Listener {

    private static final int AT_A_TIME = 64;

    /// Less than the edge takes from one address.
    private static final int FROM_ONE_ADDRESS = 500;

    private final Target target;
    private final EventLoop loop;
    private final int count;
    private final Promise<Integer> arrived;
    private final AtomicInteger gone = new AtomicInteger();
    private int begun;
    private int answered;

    Visitors(Target target, EventLoop loop, int count) {
        this.target = target;
        this.loop = loop;
        this.count = count;
        this.arrived = loop.newPromise();
        loop.execute(
                () -> {
                    for (int i = 0; i < AT_A_TIME; i++) {
                        connect();
                    }
                });
    }

    /// Once all had their answer.
    Future<Integer> arrived() {
        return arrived;
    }

    /// How many were closed so far.
    int gone() {
        return gone.get();
    }

    private void connect() {
        if (begun == count) {
            return;
        }
        var from = new InetSocketAddress("127.0.0." + (2 + begun++ / FROM_ONE_ADDRESS), 0);
        var _ =
                Conversation.open(target, loop, from, this)
                        .addListener(
                                done -> {
                                    if (!done.isSuccess()) {
                                        arrived.tryFailure(done.cause());
                                    }
                                });
    }

    @Override
    public void ready(Conversation conversation) {
        conversation.ask(target.credential(), System.nanoTime());
    }

    @Override
    public void answered(Conversation conversation, boolean right, long since) {
        if (!right) {
            arrived.tryFailure(new IllegalStateException("A visitor got another answer"));
        }
        if (++answered == count) {
            arrived.trySuccess(count);
        }
        connect();
    }

    @Override
    public void closed(Conversation conversation, boolean asked) {
        gone.incrementAndGet();
    }
}
