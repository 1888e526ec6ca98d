package io.weir.gateway.endtoend;

import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Sinks;

/// Requests that are sent without end, until it is stopped; all of them get their answers.
record Traffic(Tally tally, Sinks.Empty<Void> enough, CompletableFuture<?> answered) {

    /// Sends no more, and waits for the last answer.
    Tally stop() {
        enough.tryEmitEmpty();
        answered.join();
        return tally;
    }
}
