package io.weir.gateway.provisioning;

import io.weir.gateway.telemetry.ProvisioningMeters;
import io.weir.gateway.telemetry.ProvisioningMeters.Outcome;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/// Tells the store how changes ended, once, and again for as long as it does not answer: a place is
/// neither lost nor left taken because of a moment's failure. As many as are told again, at most,
/// are let begin.
public final class Endings {

    /// A store that takes longer counts as away.
    static final Duration ANSWER = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(Endings.class);
    private static final Duration SOON = Duration.ofMillis(250);
    private static final Duration LATE = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration GOODBYE = Duration.ofSeconds(5);
    private static final int MOST = 1_000;

    private final ProvisioningMeters meters;
    private final Scheduler timer;
    private final AtomicInteger underWay = new AtomicInteger();
    private final Set<Ending> untold =
            Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

    Endings(ProvisioningMeters meters, Scheduler timer) {
        this.meters = meters;
        this.timer = timer;
        meters.watch(untold::size);
    }

    /// Whether so many wait to be told that nothing more should begin.
    boolean areTooMany() {
        return untold.size() >= MOST;
    }

    void begun() {
        underWay.incrementAndGet();
    }

    /// A change ended, and there is nothing to tell.
    void unknown() {
        underWay.decrementAndGet();
        meters.count(Outcome.UNKNOWN);
    }

    /// A deletion that was none.
    void kept() {
        underWay.decrementAndGet();
        meters.count(Outcome.KEPT);
    }

    /// Tells how a change ended; nobody can call that off.
    ///
    /// @return completes once it is told, or once that has failed for the first time
    Mono<Void> tell(Ending ending) {
        Mono<Void> told =
                attempt(ending)
                        .doOnNext(meters::count)
                        .onErrorResume(
                                failure -> {
                                    repeat(ending, failure);
                                    return Mono.empty();
                                })
                        .doFinally(_ -> underWay.decrementAndGet())
                        .then()
                        .cache();
        told.subscribe();
        return told;
    }

    private Mono<Outcome> attempt(Ending ending) {
        return Mono.defer(
                        () ->
                                isFirst(ending)
                                        ? ending.telling().get()
                                        : Mono.error(Endings::tooEarly))
                .timeout(ANSWER, timer)
                .doOnError(_ -> meters.count(Outcome.REPEATED));
    }

    private static IllegalStateException tooEarly() {
        return new IllegalStateException("The store does not know yet that it exists");
    }

    private boolean isFirst(Ending ending) {
        synchronized (untold) {
            return untold.stream().noneMatch(ending::comesAfter);
        }
    }

    private void repeat(Ending ending, Throwable failure) {
        if (untold.isEmpty()) {
            log.warn(
                    "The store could not be told of an entity, and is told again: {}",
                    failure.toString());
        }
        untold.add(ending);
        attempt(ending)
                .delaySubscription(SOON, timer)
                .retryWhen(Retry.backoff(Long.MAX_VALUE, SOON).maxBackoff(LATE).scheduler(timer))
                .doFinally(_ -> untold.remove(ending))
                .subscribe(meters::count, _ -> {});
    }

    /// A reservation of which nobody knows whether it was made: the statement that should make it
    /// may come to its end later than it was waited for. What can't be told expires.
    void forget(Mono<Void> release) {
        Flux.just(SOON, ANSWER, LATE)
                .concatMap(
                        wait ->
                                release.timeout(ANSWER, timer)
                                        .onErrorComplete()
                                        .delaySubscription(wait, timer))
                .subscribe();
    }

    /// Waits a while for what is under way, and logs what the store was not told.
    public Mono<Void> close() {
        return Flux.interval(Duration.ZERO, LOOK, timer)
                .takeUntil(_ -> underWay.get() <= 0 && untold.isEmpty())
                .take(GOODBYE)
                .then(Mono.fromRunnable(this::logUntold));
    }

    private void logUntold() {
        synchronized (untold) {
            untold.forEach(
                    ending ->
                            log.error(
                                    "The store was not told: reseller {} has {}",
                                    ending.reseller(),
                                    ending.what()));
        }
    }
}
