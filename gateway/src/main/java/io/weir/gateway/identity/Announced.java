package io.weir.gateway.identity;

import io.weir.quota.admission.Subjects;
import io.weir.quota.admission.Subjects.Announcement;
import io.weir.quota.admission.Subjects.Announcement.Configured;
import io.weir.quota.admission.Subjects.Announcement.Listening;
import io.weir.quota.admission.Subjects.Announcement.Returned;
import io.weir.quota.admission.Subjects.Announcement.Wanted;
import io.weir.quota.lease.Leases;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/// Follows what the database announces. When the listening connection is lost, and every so often
/// anyhow, the version is asked for instead.
public final class Announced {

    private static final Logger log = LoggerFactory.getLogger(Announced.class);
    private static final Duration RECONNECT = Duration.ofMillis(250);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration POLL_WHILE_LISTENING = Duration.ofSeconds(10);
    private static final Duration ANSWER_TIME = Duration.ofSeconds(2);

    private final Subjects subjects;
    private final Directory directory;
    private final Mono<Void> others;
    private final Leases leases;
    private final Sinks.Many<Optional<Configured>> told =
            Sinks.many().unicast().onBackpressureBuffer();
    private volatile boolean listening;

    /// @param others reads what else may have changed
    public Announced(Subjects subjects, Directory directory, Mono<Void> others, Leases leases) {
        this.subjects = subjects;
        this.directory = directory;
        this.others = others;
        this.leases = leases;
    }

    /// Until disposed of.
    public Disposable follow() {
        Mono<Void> rehearsed =
                directory
                        .rehearse()
                        .timeout(ANSWER_TIME)
                        .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, RECONNECT));
        return Disposables.composite(
                rehearsed.thenMany(changes()).subscribe(), announcements().subscribe(this::heard));
    }

    public boolean isListening() {
        return listening;
    }

    private Flux<Announcement> announcements() {
        return subjects.announcements()
                .doOnTerminate(() -> listening = false)
                .doOnError(failure -> log.warn("Not listening: {}", failure.toString()))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, RECONNECT));
    }

    private void heard(Announcement announcement) {
        switch (announcement) {
            case Listening() -> {
                listening = true;
                catchUpSoon();
            }
            case Configured configured -> told.tryEmitNext(Optional.of(configured));
            case Wanted(var counter) -> leases.giveWay(counter);
            case Returned(var counter) -> leases.retry(counter);
        }
    }

    private void catchUpSoon() {
        told.tryEmitNext(Optional.empty());
    }

    /// One reading at a time; what is announced meanwhile is covered by one more.
    private Flux<Void> changes() {
        Flux<Long> polls =
                Flux.interval(Duration.ZERO, POLL)
                        .filter(n -> !listening || n % POLL_WHILE_LISTENING.toSeconds() == 0);
        return Flux.merge(told.asFlux(), polls.map(_ -> Optional.<Configured>empty()))
                .onBackpressureLatest()
                .concatMap(this::catchUp, 1);
    }

    private Mono<Void> catchUp(Optional<Configured> change) {
        return change.filter(directory::isNext)
                .map(directory::apply)
                .orElseGet(() -> Mono.when(directory.catchUp(), others))
                .timeout(ANSWER_TIME)
                .doOnError(
                        failure ->
                                log.warn(
                                        "Could not read the configuration: {}", failure.toString()))
                .onErrorComplete();
    }
}
