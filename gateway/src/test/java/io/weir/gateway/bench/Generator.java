package io.weir.gateway.bench;

import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Load from this process, on one event loop: as much as the target can answer, or so many requests
/// a second whether it answers them or not. Of the latter, latency counts from when a request was
/// due, not from when a connection was free for it.
final class Generator implements Load {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final EventLoopGroup loops;
    private final double perSecond;
    private final Supplier<String> credentials;

    private Generator(EventLoopGroup loops, double perSecond, Supplier<String> credentials) {
        this.loops = loops;
        this.perSecond = perSecond;
        this.credentials = credentials;
    }

    static Generator asMuchAsCanBe(EventLoopGroup loops) {
        return new Generator(loops, Double.POSITIVE_INFINITY, () -> "");
    }

    Generator paced(double requestsPerSecond) {
        return new Generator(loops, requestsPerSecond, credentials);
    }

    /// Each request with another client's credential, in place of the target's.
    Generator from(Supplier<String> clients) {
        return new Generator(loops, perSecond, clients);
    }

    @Override
    public Report run(Target target, Duration length) {
        var shift = new Shift(target, loops.next(), length, perSecond, credentials);
        try {
            return shift.report().get(length.plus(PATIENCE).toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        } catch (java.util.concurrent.ExecutionException
                | java.util.concurrent.TimeoutException failed) {
            throw new IllegalStateException("No load on " + target.name(), failed);
        }
    }
}
