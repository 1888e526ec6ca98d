package io.weir.gateway;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/// How long an SDK would have waited before each retry; it goes on at once.
final class Waits implements com.openai.core.Sleeper, com.anthropic.core.Sleeper {

    private final List<Duration> all = new CopyOnWriteArrayList<>();

    List<Duration> all() {
        return List.copyOf(all);
    }

    @Override
    public void sleep(Duration duration) {
        all.add(duration);
    }

    @Override
    public CompletableFuture<Void> sleepAsync(Duration duration) {
        all.add(duration);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {}
}
