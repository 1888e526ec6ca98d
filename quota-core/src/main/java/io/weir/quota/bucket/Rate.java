package io.weir.quota.bucket;

import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.policy.Verdict;
import reactor.core.publisher.Mono;

/// One subject's bucket as requests meet it.
///
/// A request whose tokens are not known beforehand asks for 0: it needs a bucket that holds at
/// least 1, and takes nothing until it settles. A bucket in debt refuses until it is repaid.
public interface Rate {

    TokenBucket policy();

    /// Reads only: takes nothing, waits for nothing.
    ///
    /// @param nanoTime of the monotonic clock, here and below
    Verdict verdict(long tokens, long nanoTime);

    boolean tryConsume(long tokens, long nanoTime);

    /// For a request that has asked as long as it may: this node's share decides, of what was there
    /// when the store was last heard of, and the store is told afterwards.
    default boolean tryConsumeUnasked(long tokens, long nanoTime) {
        return tryConsume(tokens, nanoTime);
    }

    /// Puts back what a request took that was then refused by another limit.
    void putBack(long tokens);

    /// Takes or puts back the difference, for a request whose tokens are known only now. The bucket
    /// may go into debt.
    void settle(long reserved, long used);

    /// What is there now, as far as is known here, and how long until there are `tokens`.
    Consumption estimate(long tokens);

    /// After [Verdict#ASK]: completes when it makes sense to try again, and never with an error.
    Mono<Void> ask(long tokens);
}
