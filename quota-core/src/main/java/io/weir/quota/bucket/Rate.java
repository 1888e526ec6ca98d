package io.weir.quota.bucket;

import io.weir.quota.policy.QuotaPolicy.TokenBucket;
import io.weir.quota.policy.Verdict;
import reactor.core.publisher.Mono;

/// One subject's bucket as requests meet it.
///
/// A request whose tokens are not known beforehand comes with 0: it needs a bucket that holds at
/// least one, and takes what it used when it settles. A bucket in debt refuses until that is
/// repaid.
public interface Rate {

    TokenBucket policy();

    /// Reads, and does nothing else.
    ///
    /// @param nanoTime of the monotonic clock
    Verdict verdict(long tokens, long nanoTime);

    /// Takes the tokens if they are here. Never waits.
    ///
    /// @param nanoTime of the monotonic clock
    boolean tryConsume(long tokens, long nanoTime);

    /// Puts back what a request took that was then refused by another limit.
    void putBack(long tokens);

    /// The request used other than it had reserved.
    void settle(long reserved, long used);

    /// What is there now, and how long until there are `tokens`, as far as is known here.
    Consumption estimate(long tokens);

    /// Completes when it makes sense to try again. Never an error: while the store is away it falls
    /// back by itself.
    Mono<Void> ask(long tokens);
}
