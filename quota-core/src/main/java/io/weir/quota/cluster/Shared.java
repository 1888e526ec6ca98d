package io.weir.quota.cluster;

import reactor.core.publisher.Mono;

/// One limit that this node shares with others.
public interface Shared {

    /// Tells the store what no request told it. Answers whether there is more to come.
    boolean tend();

    /// Gives back what no request has.
    Mono<Void> close();
}
