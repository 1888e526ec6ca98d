package io.weir.quota.admission;

import io.weir.quota.usage.Usage;
import reactor.core.publisher.Mono;

/// A limit as it is seen where no request passes: told of, and never taken from. To try that is a
/// mistake of ours, and louder than an answer would be.
sealed interface LookedAt extends Limit permits Tallied, Unseen {

    @Override
    default Object tryTake(Usage cost, long nanoTime) {
        throw new UnsupportedOperationException("This is to be looked at only");
    }

    @Override
    default void settle(Object taken, Usage reserved, Usage used) {
        throw new UnsupportedOperationException("Nothing was taken");
    }

    @Override
    default void release(Object taken, Usage reserved) {
        throw new UnsupportedOperationException("Nothing was taken");
    }

    @Override
    default Mono<Void> ask(Usage cost) {
        return Mono.empty();
    }
}
