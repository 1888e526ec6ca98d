package io.weir.quota.concurrency;

import io.weir.quota.policy.Verdict;
import reactor.core.publisher.Mono;

/// The slots of one subject and policy: a request under way holds one until it ends.
public interface Slots {

    /// Reads, and does nothing else.
    ///
    /// @param slots how many there are in all
    /// @param nanoTime of the monotonic clock
    Verdict verdict(long slots, long nanoTime);

    /// Takes one if there is one. Never waits.
    boolean tryTake(long slots, long nanoTime);

    void free();

    /// How many requests of this node hold one.
    long taken();

    /// Completes when it makes sense to try again. Never an error: while the store is away it falls
    /// back by itself.
    Mono<Void> ask(long slots);
}
