package io.weir.admin.transfer;

import io.weir.admin.principal.Reach;
import io.weir.admin.transfer.Imports.Claim;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Goes through the imports, one at a time, oldest first, each in the name of who asked for it.
/// Several processes may do so over one database. What a process leaves when it dies, another takes
/// up, or it itself when it is back; an import that can't be ended that way is given up.
@Component
class ImportWorker implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(ImportWorker.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final long POLLS_PER_TIDYING = 7200;
    private static final long MOST_ATTEMPTS = 3;
    private static final String GIVEN_UP =
            "This was tried %d times and did not get through, which is no fault of the file's."
                    .formatted(MOST_ATTEMPTS);

    private final Imports imports;
    private final Importing importing;
    private @Nullable Disposable work;

    ImportWorker(Imports imports, Importing importing) {
        this.imports = imports;
        this.importing = importing;
    }

    @Override
    public synchronized void start() {
        work =
                Flux.interval(POLL)
                        .onBackpressureDrop()
                        .concatMap(poll -> tidy(poll).then(round()), 1)
                        .subscribe();
    }

    @Override
    public synchronized void stop() {
        if (work != null) {
            work.dispose();
            work = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return work != null;
    }

    /// All that waits.
    private Mono<Void> round() {
        return imports.claim()
                .contextWrite(Reach::ours)
                .delayUntil(this::attempt)
                .repeatWhen(rounds -> rounds.takeWhile(claimed -> claimed > 0))
                .then()
                .onErrorResume(ImportWorker::pause);
    }

    /// What fails is tried again, by whoever finds that nobody works at it any more.
    private Mono<Void> attempt(Claim claim) {
        return (claim.attempt() <= MOST_ATTEMPTS ? importing.attempt(claim) : giveUp(claim))
                .doOnError(
                        failure -> log.warn("Import {} did not get through", claim.id(), failure))
                .onErrorComplete();
    }

    private Mono<Void> giveUp(Claim claim) {
        var none = new Import.Counts(0, 0, 0, 0, 0, 0, 1);
        var reason = new RowError(1, null, null, GIVEN_UP);
        return imports.finish(claim, "failed", none, List.of(reason)).contextWrite(Reach::ours);
    }

    private static Mono<Void> pause(Throwable failure) {
        log.warn("Nothing can be imported now: {}", failure.toString());
        return Mono.delay(PAUSE).then();
    }

    private Mono<Void> tidy(long poll) {
        return poll % POLLS_PER_TIDYING == 0
                ? imports.tidy()
                        .contextWrite(Reach::ours)
                        .doOnError(failure -> log.warn("Old imports were not removed", failure))
                        .onErrorComplete()
                : Mono.empty();
    }
}
