package io.weir.gateway.shutdown;

import io.weir.quota.admission.Admission;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// Ends what was still under way when its time was up, while there is somebody to settle it with.
///
/// It does not wait for the requests to notice: once a server of Reactor Netty has begun to drain,
/// a connection that closes cancels nothing.
@Component
final class CuttingOff implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(CuttingOff.class);

    /// After the web server has waited, and before anything else stops.
    private static final int PHASE = WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE - 1;

    private final OpenConnections connections;
    private final Admission admission;
    private volatile boolean running;

    CuttingOff(OpenConnections connections, Admission admission) {
        this.connections = connections;
        this.admission = admission;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        connections.close();
        int open = admission.expireAll();
        if (open > 0) {
            log.info("Cut off {} requests that took too long", open);
        }
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
        return PHASE;
    }
}
