package io.weir.quota.bucket;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/// The requests that wait for one answer of the store. Not safe for use by several threads, but for
/// [#answered()].
///
/// One that gives up leaves: it will ask again, and what it asked for twice would be missing to
/// other nodes until it is void.
final class Waiting {

    private final Sinks.Empty<Void> answer = Sinks.empty();
    private long all;
    private long least = Long.MAX_VALUE;

    Mono<Void> join(long tokens) {
        all += tokens;
        least = Math.min(least, tokens);
        return answer.asMono();
    }

    void leave(long tokens) {
        all -= tokens;
    }

    boolean isNobody() {
        return all == 0;
    }

    /// Tokens with which all of them could go on.
    long all() {
        return all;
    }

    /// Fewer are of no use to any of them; those who left may have wanted less.
    long least() {
        return Math.min(least, all);
    }

    void answered() {
        answer.tryEmitEmpty();
    }
}
