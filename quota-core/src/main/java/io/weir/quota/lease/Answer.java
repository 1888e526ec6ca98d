package io.weir.quota.lease;

import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/// What those wait for who asked: the next time that the store is heard of, or known to be away.
///
/// Both may be told at once, by different threads. Whoever tells takes what was waited for out in
/// one step with putting in the next one, so that nobody waits for an answer that is never told.
final class Answer {

    private final AtomicReference<Sinks.Empty<Void>> next = new AtomicReference<>(Sinks.empty());

    Mono<Void> next() {
        return next.get().asMono();
    }

    void given() {
        next.getAndSet(Sinks.empty()).tryEmitEmpty();
    }

    void failed(Throwable cause) {
        next.getAndSet(Sinks.empty()).tryEmitError(cause);
    }
}
