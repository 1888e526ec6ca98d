package io.weir.gateway.upstreams;

import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/// Timers of event loops: setting and ending one takes no lock, and wakes nobody.
final class LoopSchedulers {

    /// There are as many loops as processors, for as long as the process runs.
    private static final Map<EventLoop, Scheduler> KNOWN = new ConcurrentHashMap<>();

    private LoopSchedulers() {}

    /// @param loop nothing for any thread
    static Scheduler of(@Nullable EventLoop loop) {
        return loop == null
                ? Schedulers.parallel()
                : KNOWN.computeIfAbsent(loop, Schedulers::fromExecutorService);
    }
}
