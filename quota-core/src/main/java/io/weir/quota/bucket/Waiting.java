package io.weir.quota.bucket;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/// The requests that wait for one answer of the store. Not safe for use by several threads, but for
/// [#answered()].
final class Waiting {

    private final Sinks.Empty<Void> answer = Sinks.empty();
    private long all;
    private long least = Long.MAX_VALUE;

    Mono<Void> join(long tokens) {
        all += tokens;
        least = Math.min(least, tokens);
        return answer.asMono();
    }

    /// Tokens with which all of them could go on.
    long all() {
        return all;
    }

    /// Tokens with which the first could.
    long least() {
        return least;
    }

    void answered() {
        answer.tryEmitEmpty();
    }
}
