package io.weir.gateway;

import io.weir.gateway.identity.Announced;
import io.weir.quota.admission.Admission;
import io.weir.quota.decision.Decisions;
import io.weir.quota.lease.Leases;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/// Starts before the first request and stops after the last one: by then all is settled, and what
/// this node holds and has used goes to the database.
final class EngineLifecycle implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(EngineLifecycle.class);

    /// Below the phases of the web server, which drains its requests while stopping.
    private static final int PHASE = 0;

    private static final Duration AGAIN = Duration.ofMillis(250);

    /// What a node could not report in this time is in its journal.
    private static final Duration GOODBYE = Duration.ofSeconds(3);

    private static final Duration LONGEST_GOODBYE = Duration.ofSeconds(5);

    private final Leases leases;
    private final Admission admission;
    private final Decisions decisions;
    private final Announced announced;
    private final Duration reportInterval;
    private final Mono<Void> storesClosed;
    private volatile Disposable running = Disposables.disposed();

    /// @param storesClosed closes them, to be done last
    EngineLifecycle(
            Leases leases,
            Admission admission,
            Decisions decisions,
            Announced announced,
            Duration reportInterval,
            Mono<Void> storesClosed) {
        this.storesClosed = storesClosed;
        this.leases = leases;
        this.admission = admission;
        this.decisions = decisions;
        this.announced = announced;
        this.reportInterval = reportInterval;
    }

    @Override
    public void start() {
        running =
                Disposables.composite(
                        started()
                                .thenMany(Flux.interval(reportInterval).onBackpressureDrop())
                                .subscribe(_ -> tick()),
                        announced.follow());
    }

    private void tick() {
        admission.expire();
        leases.tick();
        decisions.report().subscribe();
    }

    private Mono<Void> started() {
        return leases.start()
                .doOnError(failure -> log.warn("The store does not answer: {}", failure.toString()))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, AGAIN));
    }

    @Override
    public void stop(Runnable stopped) {
        running.dispose();
        leases.close()
                .timeout(GOODBYE)
                .doOnError(
                        failure ->
                                log.error(
                                        "Could not report the last usage: {}", failure.toString()))
                .onErrorComplete()
                .then(decisions.report())
                .then(storesClosed)
                .timeout(LONGEST_GOODBYE)
                .onErrorComplete()
                .doFinally(_ -> stopped.run())
                .subscribe();
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public boolean isRunning() {
        return !running.isDisposed();
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
