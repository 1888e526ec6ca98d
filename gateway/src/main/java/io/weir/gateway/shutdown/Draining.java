package io.weir.gateway.shutdown;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.scheduler.Schedulers;

/// Holds up the end of everything else, as the first that stops. The readiness is off by then.
@Component
final class Draining implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Draining.class);

    private final ShutdownSettings settings;
    private final OpenConnections connections;
    private volatile boolean running;

    Draining(ShutdownSettings settings, OpenConnections connections) {
        this.settings = settings;
        this.connections = connections;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop(Runnable stopped) {
        running = false;
        connections.leave();
        long millis = settings.drainDelay().toMillis();
        if (millis == 0) {
            stopped.run();
            return;
        }
        log.info("Not ready any more; no connection is taken in {} ms", millis);
        var _ = Schedulers.parallel().schedule(stopped, millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }
}
