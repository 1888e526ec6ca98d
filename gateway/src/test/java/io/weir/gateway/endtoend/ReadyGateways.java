package io.weir.gateway.endtoend;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Who spreads requests: it looks every so often which gateways are ready, and asks no other.
final class ReadyGateways implements AutoCloseable {

    private static final long LOOK_MILLIS = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final List<Cluster.Gateway> all;
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor();
    private volatile List<Cluster.Gateway> ready;

    ReadyGateways(List<Cluster.Gateway> all) {
        this.all = List.copyOf(all);
        this.ready = this.all;
        var _ = looking.scheduleWithFixedDelay(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /// They take turns.
    Cluster.Gateway any(int turn) {
        List<Cluster.Gateway> now = ready;
        return now.get(turn % now.size());
    }

    /// Returns once it is asked again.
    void await(Cluster.Gateway gateway) {
        Eventually.within(PATIENCE, () -> ready.contains(gateway), Boolean::booleanValue);
    }

    /// Where none is, the last that were are as good as any.
    private void look() {
        List<Cluster.Gateway> now =
                all.stream().filter(gateway -> gateway.program().isReady()).toList();
        if (!now.isEmpty()) {
            ready = now;
        }
    }

    @Override
    public void close() {
        looking.shutdownNow();
    }
}
