package io.weir.quota.concurrency;

import io.weir.quota.policy.Verdict;
import reactor.core.publisher.Mono;

/// The slots of one subject and policy, of which each request takes one until it ends. The limit is
/// told each time, because it may change at any time.
public interface Slots {

    /// Reads only.
    ///
    /// @param nanoTime of the monotonic clock, here and below
    Verdict verdict(long slots, long nanoTime);

    boolean tryTake(long slots, long nanoTime);

    /// Whether the store has said since then that the others hold all.
    default boolean isRefusedSince(long nanoTime) {
        return false;
    }

    /// A request that took one has ended.
    void free();

    /// How many the requests of this node have.
    long taken();

    /// After [Verdict#ASK]: completes when it makes sense to try again, and never with an error.
    Mono<Void> ask(long slots);
}
