package io.weir.gateway.bench;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/// One run of the generator. Everything in it happens on one event loop.
final class Shift implements Conversation.Listener {

    private static final long TICK_NANOS = 200_000;
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Target target;
    private final EventLoop loop;
    private final double perSecond;
    private final Supplier<String> credentials;
    private final Promise<Load.Report> report;
    private final Histogram latencies = new Histogram(LONGEST_NANOS, 3);
    private final ArrayDeque<Conversation> idle = new ArrayDeque<>();
    private final long begin = System.nanoTime();
    private long asked;
    private long errors;
    private boolean over;

    Shift(
            Target target,
            EventLoop loop,
            Duration length,
            double perSecond,
            Supplier<String> credentials) {
        this.target = target;
        this.loop = loop;
        this.perSecond = perSecond;
        this.credentials = credentials;
        this.report = loop.newPromise();
        loop.execute(
                () -> {
                    for (int i = 0; i < Load.CONNECTIONS; i++) {
                        connect();
                    }
                    tick();
                });
        var _ = loop.schedule(this::end, length.toNanos(), TimeUnit.NANOSECONDS);
    }

    Future<Load.Report> report() {
        return report;
    }

    private void connect() {
        var _ =
                Conversation.open(target, loop, null, this)
                        .addListener(
                                done -> {
                                    if (!done.isSuccess()) {
                                        report.tryFailure(done.cause());
                                    }
                                });
    }

    /// Asks what is due, though nobody is answered meanwhile.
    private void tick() {
        if (!over && !Double.isInfinite(perSecond)) {
            askWhatIsDue();
            var _ = loop.schedule(this::tick, TICK_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    private void askWhatIsDue() {
        long now = System.nanoTime();
        while (!idle.isEmpty() && due() <= now) {
            ask(idle.removeFirst(), due());
        }
    }

    private long due() {
        return begin + (long) (asked * 1e9 / perSecond);
    }

    private void ask(Conversation conversation, long since) {
        asked++;
        String own = credentials.get();
        conversation.ask(own.isEmpty() ? target.credential() : own, since);
    }

    @Override
    public void ready(Conversation conversation) {
        if (over) {
            conversation.close();
        } else if (Double.isInfinite(perSecond)) {
            ask(conversation, System.nanoTime());
        } else {
            idle.add(conversation);
            askWhatIsDue();
        }
    }

    @Override
    public void answered(Conversation conversation, boolean right, long since) {
        if (!right) {
            errors++;
        } else if (!over) {
            latencies.recordValue(Math.min(System.nanoTime() - since, LONGEST_NANOS));
        }
        ready(conversation);
    }

    /// A target may close a connection between two requests, not within one.
    @Override
    public void closed(Conversation conversation, boolean asked) {
        idle.remove(conversation);
        if (!over) {
            errors += asked ? 1 : 0;
            connect();
        }
    }

    /// Requests still under way are answered, not cut.
    private void end() {
        over = true;
        idle.forEach(Conversation::close);
        report.trySuccess(
                new Load.Report(
                        latencies.getTotalCount(),
                        errors,
                        Duration.ofNanos(System.nanoTime() - begin),
                        Duration.ofNanos(latencies.getValueAtPercentile(50)),
                        Duration.ofNanos(latencies.getValueAtPercentile(99))));
    }
}
